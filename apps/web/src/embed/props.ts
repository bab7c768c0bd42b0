import type { CSSProperties } from 'react';

/** What every panel takes. One page has panels of one marketplace: the first panel's `baseUrl` and the latest `getToken` hold for all. */
export interface PanelProps {
  /** Where the marketplace is: `https://market.example.com`. Its `EMBED_ORIGINS` has to name the page's origin. */
  baseUrl: string;
  /**
   * Answers the access token or API key of the person at the page, or null when nobody is signed in. Asked at the start, then once a minute,
   * and with `force` after a token was refused. Pass another function when somebody signs in or out. Without it people sign in inside the
   * panels, which share that sign-in until the page is left.
   */
  getToken?: (options: { force: boolean }) => Promise<string | null>;
  /** `system` (default) follows the person's own choice of light and dark. */
  theme?: 'light' | 'dark' | 'system';
  /** For the element around the panel: give it a height. */
  className?: string;
  /** For the element around the panel: give it a height. */
  style?: CSSProperties;
}

/** Props of `AIMarketplacePanel`. */
export interface AIMarketplacePanelProps extends PanelProps {
  /** The catalogue's search, as its address bears it: `?q=vision&max=2`. */
  search?: string;
  /** Called with the model's id when somebody chooses to chat with it; without it the marketplace opens in a new tab. */
  onSelectModel?: (modelId: string) => void;
}

/** Props of `AIAuthModal`. */
export interface AIAuthModalProps extends PanelProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** What it opens with; a stranger always signs in first. */
  tab?: 'sign-in' | 'sign-up' | 'balance' | 'keys' | 'provider-keys' | 'profile' | 'settings';
  /** Called when somebody signs in or out inside a panel; null: nobody is signed in. */
  onSessionChange?: (session: { userId: string; email: string; accessToken: string } | null) => void;
}

/** Props of `AIAgentChat`. */
export interface AIAgentChatProps extends PanelProps {
  /** The model a new chat starts with. */
  modelId?: string;
  /** What stands in the field of a new chat. */
  question?: string;
  /** Both as an address bears them, such as that of your own page: `?m=openai/gpt-5.5&q=Hello`. Read at the start, before the other two. */
  search?: string;
}
