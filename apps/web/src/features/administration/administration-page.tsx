import { getRouteApi, Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { buttonClass } from '../../components/button.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import type { SessionUser } from '../../lib/session-store.ts';
import { useTitle } from '../../lib/use-title.ts';
import { MembersOnly } from '../money/members-only.tsx';
import { CommissionRates } from './commission-rates.tsx';
import { LedgerCheck } from './ledger-check.tsx';
import { MoneyForms } from './money-forms.tsx';
import type { ReportDays } from './report-days.ts';
import { RevenueReport } from './revenue-report.tsx';
import { t } from './strings.ts';
import { TrialBalance } from './trial-balance.tsx';

const route = getRouteApi('/admin');

const SECTION_LINK =
  '-mb-px flex min-h-control shrink-0 items-center border-transparent border-b-2 px-3 text-ink2 text-ui hover:text-ink data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-ink';

/** The rooms of an administrator; the first stands at `/admin` itself. */
const SECTIONS = [
  { id: 'revenue', label: t('revenue') },
  { id: 'money', label: t('money') },
  { id: 'rates', label: t('commission') },
] as const;

function SectionLinks() {
  return (
    <nav aria-label={t('administration')} className="mb-6 flex overflow-x-auto border-line border-b">
      <Link to="/admin" className={SECTION_LINK} activeOptions={{ exact: true, includeSearch: false }}>
        {t('books')}
      </Link>
      {SECTIONS.map(({ id, label }) => (
        <Link
          key={id}
          to="/admin/$section"
          params={{ section: id }}
          className={SECTION_LINK}
          activeOptions={{ includeSearch: false }}
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}

/** What somebody else finds here: why it is closed, and ways on. */
function NotForYou() {
  return (
    <EmptyState
      title={t('thisIsForAdministrators')}
      className="py-8"
      actions={
        <>
          <Link to="/models" className={buttonClass('primary')}>
            {t('seeAllModels')}
          </Link>
          <Link to="/billing" className={buttonClass()}>
            {t('yourBilling')}
          </Link>
        </>
      }
    >
      {t('yourAccountIsNot')}
    </EmptyState>
  );
}

function Report({ user }: { user: SessionUser }) {
  const { from, to } = route.useSearch();
  // Not the route's own: that one would lead away from its section.
  const navigate = useNavigate();
  const days: ReportDays = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  return (
    <RevenueReport
      userId={user.id}
      role={user.role === 'admin' ? 'admin' : 'analyst'}
      days={days}
      onChange={(name, value) =>
        void navigate({
          to: '.',
          search: ({ [name]: _before, ...others }) => (value === '' ? others : { ...others, [name]: value }),
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}

function Section({ section, user }: { section: string | undefined; user: SessionUser }): ReactNode {
  switch (section) {
    case 'revenue':
      return <Report user={user} />;
    case 'money':
      return <MoneyForms userId={user.id} />;
    case 'rates':
      return <CommissionRates userId={user.id} />;
    case undefined:
      return (
        <div className="grid gap-8">
          <LedgerCheck userId={user.id} />
          <TrialBalance userId={user.id} />
        </div>
      );
    default:
      return (
        <EmptyState title={t('thereIsNoSuch')} className="py-8">
          {t('chooseOneOfThose')}
        </EmptyState>
      );
  }
}

/** Where operators look after the books. Analysts see the revenue report alone; everybody else learns that this is not for them. */
export function AdministrationPage() {
  const { section } = useParams({ strict: false });
  useTitle(t('administration'));
  return (
    <MembersOnly title={t('administration')} why={t('theBooksOfThis')}>
      {(user) => {
        if (user.role === 'analyst') return <Report user={user} />;
        if (user.role !== 'admin') return <NotForYou />;
        return (
          <>
            <SectionLinks />
            <Section section={section} user={user} />
          </>
        );
      }}
    </MembersOnly>
  );
}
