// Imported before the server: from here on TypeScript files can be imported. Not tsx, which also gives every function its name
// back at run time: that took a quarter of the time of each call that makes functions.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
process.setSourceMapsEnabled(true);
