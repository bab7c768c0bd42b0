import { useSyncExternalStore } from 'react';
import { t } from './strings.ts';

function subscribe(onChange: () => void) {
  addEventListener('online', onChange);
  addEventListener('offline', onChange);
  return () => {
    removeEventListener('online', onChange);
    removeEventListener('offline', onChange);
  };
}

/** Keeps the height of the banner in `--banner`: pages that are as high as the window have to leave it room. */
function measure(banner: HTMLElement | null): (() => void) | undefined {
  if (!banner) return;
  const { style } = document.documentElement;
  const observer = new ResizeObserver(() => style.setProperty('--banner', `${banner.offsetHeight}px`));
  observer.observe(banner);
  return () => observer.disconnect();
}

/** Says that the browser has no connection. What is on screen stays usable. */
export function OfflineBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status" ref={measure}>
      {online ? null : (
        <p className="border-warn border-b bg-surface px-4 py-1.5 text-ui text-warn">{t('youAreOfflineWhat')}</p>
      )}
    </div>
  );
}
