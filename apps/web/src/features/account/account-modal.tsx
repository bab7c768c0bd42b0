import { Dialog } from '../../components/dialog.tsx';

/** Props of `AccountModal`: the tab named by `?account=`, undefined when closed. */
export interface AccountModalProps {
  tab: string | undefined;
  /** Changes the tab in the URL; undefined closes the window. */
  onTabChange: (tab: string | undefined) => void;
}

/** The account window over any page. */
export function AccountModal({ tab, onTabChange }: AccountModalProps) {
  return (
    <Dialog
      open={tab !== undefined}
      onOpenChange={(open) => (open ? undefined : onTabChange(undefined))}
      title="Account"
    >
      <p className="p-4">{tab}</p>
    </Dialog>
  );
}
