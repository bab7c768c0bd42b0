import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { Tabs } from '../../components/tabs.tsx';
import { activeElement } from '../../lib/active-element.ts';
import { cx } from '../../lib/cx.ts';
import { type SessionUser, useSession } from '../../lib/session-store.ts';
import { PageLinks } from '../money/page-links.tsx';
import { BalancePanel } from './balance-panel.tsx';
import { KeysPanel } from './keys-panel.tsx';
import {
  AdminSetUpForm,
  ForgotPasswordForm,
  ResetPasswordForm,
  readMailedToken,
  VerifyEmail,
} from './mailed-link-forms.tsx';
import { ProfilePanel } from './profile-panel.tsx';
import { ProviderKeysPanel } from './provider-keys-panel.tsx';
import { SettingsPanel } from './settings-panel.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SignUpForm } from './sign-up-form.tsx';
import { t } from './strings.ts';

/** Props of `AccountModal`: the tab named by `?account=`, undefined when closed. */
export interface AccountModalProps {
  tab: string | undefined;
  /** Changes the tab in the URL; undefined closes the window. */
  onTabChange: (tab: string | undefined) => void;
}

const MAILED = ['verify-email', 'reset-password', 'admin-setup'];

interface PartProps {
  tab: string;
  onTabChange: (tab: string | undefined) => void;
  firstField: React.RefObject<HTMLInputElement | null>;
}

/** What links from a mail or the console lead to. */
function MailedLink({ tab, onTabChange, firstField }: PartProps) {
  const navigate = useNavigate();
  const [token] = useState(() => readMailedToken(location.hash));
  // Out of the address as soon as it is read: addresses are kept, copied and looked at over shoulders.
  useEffect(() => {
    if (token !== '')
      void navigate({ to: '.', search: (before) => before, hash: '', replace: true, resetScroll: false });
  }, [token, navigate]);
  // The profile has the button for another mail; strangers sign in on the way there.
  if (tab === 'verify-email')
    return (
      <VerifyEmail token={token} onDone={() => onTabChange(undefined)} onAskAgain={() => onTabChange('profile')} />
    );
  if (tab === 'reset-password')
    return (
      <ResetPasswordForm
        token={token}
        firstField={firstField}
        onDone={() => onTabChange('sign-in')}
        onAskAgain={() => onTabChange('forgot')}
      />
    );
  return <AdminSetUpForm token={token} firstField={firstField} onSignedIn={() => onTabChange('profile')} />;
}

function StrangerTabs({ tab, onTabChange, firstField }: PartProps) {
  const asked = tab === 'sign-up' ? 'sign-up' : 'sign-in';
  // Whoever came for their keys or balance goes on there; whoever came to sign in goes on where they were.
  const onSignedIn = () => onTabChange(['sign-in', 'sign-up', 'forgot'].includes(tab) ? undefined : tab);
  return (
    <Tabs
      label={t('account')}
      value={asked}
      onValueChange={onTabChange}
      panelClassName="pt-4"
      items={[
        {
          value: 'sign-in',
          label: t('signIn'),
          content: (
            <SignInForm firstField={firstField} onSignedIn={onSignedIn} onForgot={() => onTabChange('forgot')} />
          ),
        },
        {
          value: 'sign-up',
          label: t('createAccount'),
          content: <SignUpForm firstField={firstField} onSignedIn={() => onTabChange('balance')} />,
        },
      ]}
    />
  );
}

const ROOMS = ['balance', 'keys', 'provider-keys', 'profile', 'settings'];

function MemberTabs({ tab, onTabChange, user }: PartProps & { user: SessionUser }) {
  const asked = ROOMS.includes(tab) ? tab : 'profile';
  return (
    <Tabs
      label={t('account')}
      value={asked}
      onValueChange={onTabChange}
      panelClassName="pt-5"
      items={[
        { value: 'balance', label: t('tab.balance'), content: <BalancePanel userId={user.id} /> },
        { value: 'keys', label: t('tab.keys'), content: <KeysPanel userId={user.id} /> },
        { value: 'provider-keys', label: t('tab.providerKeys'), content: <ProviderKeysPanel userId={user.id} /> },
        {
          value: 'profile',
          label: t('tab.profile'),
          content: <ProfilePanel user={user} onSignedOut={() => onTabChange(undefined)} />,
        },
        { value: 'settings', label: t('tab.settings'), content: <SettingsPanel userId={user.id} /> },
      ]}
    />
  );
}

/** True from a sign-in in this window until it is gone: the form stays, and the account does not flash up behind it. */
function useLeaving(tab: string): boolean {
  const status = useSession((state) => state.status);
  const wasStranger = useRef(false);
  const asksForSignIn = tab === 'sign-in';
  if (status === 'anonymous') wasStranger.current = true;
  else if (!asksForSignIn) wasStranger.current = false;
  return status === 'signed-in' && wasStranger.current && asksForSignIn;
}

function Content({ leaving, ...props }: PartProps & { leaving: boolean }) {
  const status = useSession((state) => state.status);
  const user = useSession((state) => state.user);
  if (MAILED.includes(props.tab)) return <MailedLink {...props} />;
  if (props.tab === 'forgot')
    return <ForgotPasswordForm firstField={props.firstField} onBack={() => props.onTabChange('sign-in')} />;
  if (status === 'unknown') return <Skeleton className="h-40" />;
  return user && !leaving ? <MemberTabs {...props} user={user} /> : <StrangerTabs {...props} />;
}

function titleOf(tab: string, signedIn: boolean): string {
  if (tab === 'verify-email') return t('confirmYourAddress');
  if (tab === 'reset-password' || tab === 'forgot') return t('newPassword');
  if (tab === 'admin-setup') return t('setUpTheMarketplace');
  return signedIn ? t('account') : t('yourAccount');
}

const PHONE = 'max-md:h-dvh max-md:max-h-dvh max-md:rounded-none max-md:border-0';
/** What a link leads to, as high as it needs. */
const LINK = 'md:w-[26rem]';
/** A form of a few fields, and the rooms of an account: each as high for all of its tabs, so that the window never jumps. */
const NARROW = 'md:min-h-[28rem] md:w-[26rem]';
const WIDE = 'md:h-[min(40rem,100dvh-4rem)] md:w-[46rem]';

/** The account window over any page: sign in, balance, keys, profile, settings. On a phone it fills the screen. */
export function AccountModal({ tab, onTabChange }: AccountModalProps) {
  const firstField = useRef<HTMLInputElement>(null);
  const user = useSession((state) => state.user);
  const signedIn = useSession((state) => state.status === 'signed-in');
  // While the window fades out it still shows what it showed.
  const last = useRef(tab ?? 'profile');
  if (tab !== undefined) last.current = tab;
  // A form that takes another's place takes the focus that went away with it.
  useEffect(() => {
    const active = activeElement();
    const lost = active === document.body || active?.role === 'dialog';
    if (tab !== undefined && lost) firstField.current?.focus();
  }, [tab]);
  const mailed = MAILED.includes(last.current);
  const forgot = last.current === 'forgot';
  const leaving = useLeaving(last.current);
  const rooms = signedIn && !leaving && !mailed && !forgot;
  return (
    <Dialog
      open={tab !== undefined}
      onOpenChange={(open) => (open ? undefined : onTabChange(undefined))}
      title={titleOf(last.current, signedIn && !leaving)}
      initialFocus={firstField}
      footer={rooms && user ? <PageLinks role={user.role} /> : undefined}
      className={cx(PHONE, mailed ? LINK : rooms ? WIDE : NARROW)}
    >
      <div className={cx('px-4 pb-6', mailed || forgot ? 'pt-4' : 'pt-2')}>
        <Content leaving={leaving} tab={last.current} onTabChange={onTabChange} firstField={firstField} />
      </div>
    </Dialog>
  );
}
