import { messages } from '../../lib/messages.ts';

/** What the mark of a rating says, also on the first page: the other texts of reviews load with a model's page. */
export const t = messages('rating', {
  ratedBy: 'Rated {rating} of 5 by {count, plural, one {# person} other {# people}}',
});
