import { messages } from '../../lib/messages.ts';

/** What an empty list says; loaded when there is one. */
export const t = messages('noMatch', {
  noModelsYet: 'No models yet',
  thisMarketplaceHasNo:
    "This marketplace has no models in its catalogue. The operator can fill it with the catalogue's seed.",
  noFavouritesYet: 'No favourites yet',
  showAllModels: 'Show all models',
  theStarBesideA: 'The star beside a model keeps it here: in this browser, or in your account once you are signed in.',
  noModelFitsAll: 'No model fits all of this',
  nothingFoundFor: 'Nothing found for “{q}”',
  withoutFilter: 'Without {filter}: {count, plural, one {# model} other {# models}}',
  clearEverything: 'Clear everything',
  lookForAShorter: 'Look for a shorter word, a provider or a task.',
});
