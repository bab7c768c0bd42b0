import { messages } from '../lib/messages.ts';

/** Every text of the parts all pages share. */
export const t = messages('components', {
  cancel: 'Cancel',
  copyingRefused: 'The browser did not allow copying. Select the {what} and copy it by hand.',
  copy: 'Copy {what}',
  copied: 'Copied {what}',
  close: 'Close',
  retry: 'Retry',
  noPrice: 'no price',
  dismiss: 'Dismiss',
  notifications: 'Notifications',
});
