import { Link } from '@tanstack/react-router';
import { buttonClass } from '../components/button.tsx';
import { useTitle } from '../lib/use-title.ts';

/** Any address that is no page. */
export function NotFoundPage() {
  useTitle('Not found');
  return (
    <div className="mx-auto grid max-w-xl gap-3 px-5 py-16">
      <h1 className="font-semibold text-h1">There is nothing at this address</h1>
      <p className="text-ink2 text-read">The link may be old, or a letter may be missing.</p>
      <div className="flex flex-wrap gap-2 pt-2">
        <Link to="/models" className={buttonClass('primary')}>
          See all models
        </Link>
        <Link to="/chat" className={buttonClass()}>
          Open chat
        </Link>
      </div>
    </div>
  );
}
