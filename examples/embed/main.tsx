import { AIAgentChat, AIAuthModal, AIMarketplacePanel } from '@q/panels';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';

const baseUrl = new URLSearchParams(location.search).get('marketplace') ?? 'http://127.0.0.1:3000';

function App() {
  const [accountOpen, setAccountOpen] = useState(false);
  const [modelId, setModelId] = useState<string>();
  return (
    <>
      <button type="button" onClick={() => setAccountOpen(true)}>
        Account
      </button>
      <AIAuthModal baseUrl={baseUrl} open={accountOpen} onOpenChange={setAccountOpen} />
      <AIMarketplacePanel baseUrl={baseUrl} onSelectModel={setModelId} style={{ height: 600 }} />
      <AIAgentChat baseUrl={baseUrl} modelId={modelId} search={location.search} style={{ height: 600 }} />
    </>
  );
}

createRoot(document.body).render(<App />);
