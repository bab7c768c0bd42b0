import { Link, useNavigate } from '@tanstack/react-router';
import { CircleUser, Moon, Search, Sun } from 'lucide-react';
import { BalanceFigure } from '../components/balance-figure.tsx';
import { buttonClass } from '../components/button.tsx';
import { IconButton } from '../components/icon-button.tsx';
import { requestSearchFocus } from '../features/marketplace/search-focus.ts';
import { cx } from '../lib/cx.ts';
import { useSession } from '../lib/session-store.ts';
import { chooseTheme, useTheme } from '../lib/theme.ts';
import { useShortcut } from '../lib/use-shortcut.ts';
import { t } from './strings.ts';
import { useFreshBalance } from './use-fresh-balance.ts';

const NAV_LINK =
  '-mb-px flex h-topbar items-center border-b-2 border-transparent px-2.5 text-ui text-ink2 hover:text-ink data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-ink';

/** Goes to the catalogue, unless it is already there, and puts the cursor into its search field. */
function useOpenSearch(): () => void {
  const navigate = useNavigate();
  return () => {
    requestSearchFocus();
    if (location.pathname !== '/models') void navigate({ to: '/models' });
  };
}

function SearchShortcut() {
  const open = useOpenSearch();
  useShortcut(['/'], () => {
    open();
    return true;
  });
  return (
    <>
      <button
        type="button"
        onClick={open}
        className="hidden min-h-7 w-40 items-center gap-2 rounded-sm border border-line-strong bg-surface px-2.5 text-ink3 text-meta hover:bg-sunken md:flex lg:w-52"
      >
        <Search aria-hidden="true" size={14} />
        <span className="flex-1 text-left">{t('searchModels')}</span>
        <kbd className="font-mono">/</kbd>
      </button>
      <IconButton label={t('searchModels')} onClick={open} className="md:hidden">
        <Search aria-hidden="true" size={18} />
      </IconButton>
    </>
  );
}

function ThemeSwitch() {
  const theme = useTheme((state) => state.theme);
  const next = theme === 'dark' ? 'light' : 'dark';
  return (
    <IconButton label={t(next === 'dark' ? 'switchToDark' : 'switchToLight')} onClick={() => chooseTheme(next)}>
      {theme === 'dark' ? <Sun aria-hidden="true" size={17} /> : <Moon aria-hidden="true" size={17} />}
    </IconButton>
  );
}

function Balance() {
  useFreshBalance();
  const balanceUsd = useSession((state) => state.balanceUsd);
  const signedIn = useSession((state) => state.status === 'signed-in');
  if (!signedIn || balanceUsd === null) return null;
  return (
    <Link
      to="."
      search={(before) => ({ ...before, account: 'balance' })}
      resetScroll={false}
      className="flex min-h-control items-center gap-1.5 rounded-sm px-2 hover:bg-sunken"
    >
      <span className="text-ink3 text-meta max-lg:sr-only">{t('balance')}</span>
      <BalanceFigure usd={balanceUsd} className="text-ui" />
    </Link>
  );
}

function AccountButton() {
  const status = useSession((state) => state.status);
  const signedIn = status === 'signed-in';
  return (
    <Link
      to="."
      search={(before) => ({ ...before, account: signedIn ? 'profile' : 'sign-in' })}
      resetScroll={false}
      className={buttonClass('secondary', 'max-md:hidden md:min-h-7')}
    >
      {signedIn ? <CircleUser aria-hidden="true" size={16} /> : null}
      {signedIn ? t('account') : t('signIn')}
    </Link>
  );
}

/** Pages that only members have; in a narrower window the account window leads to them. */
function MemberLinks() {
  const role = useSession((state) => state.user?.role);
  if (role === undefined) return null;
  const className = cx(NAV_LINK, 'max-lg:hidden');
  return (
    <>
      <Link to="/usage" className={className} activeOptions={{ includeSearch: false }}>
        {t('usage')}
      </Link>
      <Link to="/billing" className={className} activeOptions={{ includeSearch: false }}>
        {t('billing')}
      </Link>
      {role === 'admin' || role === 'analyst' ? (
        <Link to="/admin" className={className} activeOptions={{ includeSearch: false }}>
          {t('administration')}
        </Link>
      ) : null}
    </>
  );
}

/** The one bar on top: where one is, search, money, theme, account. It takes a second line only when letters are very large. */
export function TopBar() {
  return (
    <header className="sticky top-0 z-30 flex min-h-topbar flex-wrap items-center gap-1 border-line border-b bg-surface pr-2 pl-4 md:gap-2 md:pr-4">
      <Link to="/" className="-mb-px flex h-topbar items-center gap-2 font-semibold text-ui">
        <span className="font-mono text-accent text-h3" aria-hidden="true">
          Q/
        </span>
        <span>
          <span className="sr-only">Q </span>
          {t('marketplace')}
        </span>
      </Link>
      <nav aria-label={t('pages')} className="ml-4 flex max-md:hidden">
        <Link to="/" className={NAV_LINK} activeOptions={{ exact: true, includeSearch: false }}>
          {t('assistant')}
        </Link>
        <Link to="/models" className={NAV_LINK} activeOptions={{ includeSearch: false }}>
          {t('models')}
        </Link>
        <Link to="/chat" className={NAV_LINK} activeOptions={{ includeSearch: false }}>
          {t('chat')}
        </Link>
        <a href="/docs" className={NAV_LINK}>
          {t('docs')}
        </a>
        <MemberLinks />
      </nav>
      <div className="-mb-px ml-auto flex flex-wrap items-center justify-end gap-1 md:gap-2">
        <SearchShortcut />
        <Balance />
        <ThemeSwitch />
        <AccountButton />
      </div>
    </header>
  );
}
