import type { Mail } from '../../platform/mail/mailer.ts';

/** Paths of the pages behind mailed links. The token stands after the `#`, which browsers send to no server. */
const VERIFY_PATH = '/verify-email';
const RESET_PATH = '/reset-password';
const SETUP_PATH = '/admin/setup';

/** The address of the page that makes the first administrator. */
export function adminSetupUrl(publicUrl: string, token: string): string {
  return `${publicUrl}${SETUP_PATH}#token=${token}`;
}

/** Asks the owner of a new address to confirm it. */
export function verifyEmailMail(to: string, publicUrl: string, token: string): Mail {
  return {
    to,
    subject: 'Confirm your e-mail address',
    text: `Open this link within a day to confirm that this address is yours:\n${publicUrl}${VERIFY_PATH}#token=${token}\n\nIf you did not open an account, ignore this message.`,
  };
}

/** Lets somebody who forgot their password choose another. */
export function resetPasswordMail(to: string, publicUrl: string, token: string): Mail {
  return {
    to,
    subject: 'Choose a new password',
    text: `Open this link within 15 minutes to choose a new password:\n${publicUrl}${RESET_PATH}#token=${token}\n\nIf you did not ask for this, ignore this message: your password stays as it is.`,
  };
}

/** Tells that the password was changed. */
export function passwordChangedMail(to: string, publicUrl: string): Mail {
  return {
    to,
    subject: 'Your password was changed',
    text: `The password of your account at ${publicUrl} was changed and other devices were signed out.\n\nIf it was not you, choose a new password at ${publicUrl}${RESET_PATH} at once.`,
  };
}

/** Tells that a refresh token was used twice, which happens when it was stolen. */
export function sessionReusedMail(to: string, publicUrl: string): Mail {
  return {
    to,
    subject: 'A device was signed out',
    text: `The sign-in of one of your devices at ${publicUrl} was used from two places, so it was ended.\n\nSign in again. If you do not know why this happened, change your password.`,
  };
}
