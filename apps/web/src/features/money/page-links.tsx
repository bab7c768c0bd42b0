import { Link } from '@tanstack/react-router';
import type { SessionUser } from '../../lib/session-store.ts';

const PAGE_LINK =
  'flex min-h-control items-center border-transparent border-b-2 text-ink2 text-ui hover:text-ink data-[status=active]:border-accent data-[status=active]:font-medium data-[status=active]:text-ink';

/** The pages about one's own account, and the operator's for those who may see it. */
export function PageLinks({ role }: { role: SessionUser['role'] }) {
  return (
    <nav aria-label="Account pages" className="flex flex-wrap gap-x-5">
      <Link to="/billing" className={PAGE_LINK} activeOptions={{ includeSearch: false }}>
        Billing
      </Link>
      <Link to="/usage" className={PAGE_LINK} activeOptions={{ includeSearch: false }}>
        Usage
      </Link>
      {role === 'admin' || role === 'analyst' ? (
        <Link to="/admin" className={PAGE_LINK} activeOptions={{ includeSearch: false }}>
          Administration
        </Link>
      ) : null}
    </nav>
  );
}
