import { lazy, type ReactElement, Suspense, useEffect, useRef, useState } from 'react';
import { embeddedIn, setPagePath } from '../lib/host.ts';
import { useSession } from '../lib/session-store.ts';
import { modelOfNewChat, readChatStart } from './chat-start.ts';
import { Panel, useEmbedding } from './panel.tsx';
import { createPanelRouter } from './panel-router.ts';
import type { AIAgentChatProps, AIAuthModalProps, AIMarketplacePanelProps } from './props.ts';

const AccountModal = lazy(async () => {
  const { AccountModal: component } = await import('../features/account/account-modal.tsx');
  return { default: component };
});

/** What a panel does not show itself is a page of the marketplace. */
function openMarketplace(url: URL): void {
  open(url, '_blank', 'noopener');
}

const isUnder = (path: string, ...roots: string[]) =>
  roots.some((root) => path === root || path.startsWith(`${root}/`));

/** The catalogue: search, filters, models side by side, the page of a model. */
export function AIMarketplacePanel(props: AIMarketplacePanelProps): ReactElement {
  useEmbedding(props);
  const [router] = useState(() => createPanelRouter(`/models${props.search ?? ''}`));
  const { onSelectModel } = props;
  const leave = (url: URL) => {
    const modelId = modelOfNewChat(url);
    if (modelId !== undefined && onSelectModel) onSelectModel(modelId);
    else openMarketplace(url);
  };
  return <Panel {...props} router={router} isInside={(path) => isUnder(path, '/models', '/compare')} onLeave={leave} />;
}

/** The person's chats, one of them open. */
export function AIAgentChat(props: AIAgentChatProps): ReactElement {
  useEmbedding(props);
  const { modelId } = props;
  const [router] = useState(() => {
    const { model = modelId, question = props.question } = readChatStart(props.search ?? '');
    const search = new URLSearchParams();
    if (model !== undefined) search.set('model', model);
    if (question !== undefined) search.set('q', question);
    const made = createPanelRouter(`/chat?${search}`);
    setPagePath(() => made.state.location.pathname);
    return made;
  });
  const started = useRef(modelId);
  useEffect(() => {
    if (modelId === undefined || modelId === started.current) return;
    started.current = modelId;
    void router.navigate({ to: '/chat', search: { model: modelId } });
  }, [router, modelId]);
  return <Panel {...props} router={router} isInside={(path) => isUnder(path, '/chat')} onLeave={openMarketplace} />;
}

function useSessionChange(onSessionChange: AIAuthModalProps['onSessionChange']): void {
  const latest = useRef(onSessionChange);
  latest.current = onSessionChange;
  const status = useSession((state) => state.status);
  const userId = useSession((state) => state.user?.id);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new person or state is the event; the rest is read
  useEffect(() => {
    if (status === 'unknown') return;
    const { user, accessToken } = useSession.getState();
    latest.current?.(user && accessToken ? { userId: user.id, email: user.email, accessToken } : null);
  }, [status, userId]);
}

/** The account window: sign in, balance, keys, profile, settings. It is drawn over the whole page and takes no room in it. */
export function AIAuthModal(props: AIAuthModalProps): ReactElement {
  useEmbedding(props);
  useSessionChange(props.onSessionChange);
  const { open: isOpen, onOpenChange, tab = 'sign-in' } = props;
  const [router] = useState(() => createPanelRouter('/models'));
  const [shown, setShown] = useState<string>(tab);
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen !== wasOpen) {
    setWasOpen(isOpen);
    if (isOpen) setShown(tab);
  }
  const onTabChange = (next: string | undefined) => (next === undefined ? onOpenChange(false) : setShown(next));
  return (
    <Panel {...props} router={router} isInside={() => embeddedIn() === null} onLeave={openMarketplace}>
      <Suspense fallback={null}>
        <AccountModal tab={isOpen ? shown : undefined} onTabChange={onTabChange} />
      </Suspense>
    </Panel>
  );
}
