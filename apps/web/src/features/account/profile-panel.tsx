import type { User } from '@q/contract/accounts';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { toast } from '../../components/toast-store.ts';
import { api, errorMessage } from '../../lib/api-client.ts';
import { formatDate } from '../../lib/format.ts';
import { type SessionUser, setUser } from '../../lib/session-store.ts';
import { FormError, SubmitButton } from './form-parts.tsx';
import { signOut } from './sign-in.ts';
import { useSubmit } from './use-submit.ts';

function ProfileForm({ user }: { user: SessionUser }) {
  const submission = useSubmit({
    fields: ['name', 'organization'],
    check: () => ({}),
    send: async ({ name = '', organization = '' }) => {
      const body = { name: name.trim() || null, organization: organization.trim() || null };
      setUser(await api<User>('/api/v1/auth/me', { method: 'PATCH', body }));
      toast('Saved.', { tone: 'good' });
    },
  });
  const { fields } = submission.errors;
  return (
    <form noValidate onSubmit={submission.onSubmit} className="grid max-w-sm gap-4">
      <FormError submission={submission} />
      <TextField
        label="Name"
        name="name"
        autoComplete="name"
        maxLength={100}
        defaultValue={user.name ?? ''}
        error={fields['name']}
      />
      <TextField
        label="Organization"
        name="organization"
        autoComplete="organization"
        maxLength={100}
        defaultValue={user.organization ?? ''}
        error={fields['organization']}
      />
      <SubmitButton submission={submission}>Save</SubmitButton>
    </form>
  );
}

/** Who is signed in, their names, and the way out. */
export function ProfilePanel({ user, onSignedOut }: { user: SessionUser; onSignedOut: () => void }) {
  const queryClient = useQueryClient();
  const [leaving, setLeaving] = useState(false);
  const leave = async () => {
    setLeaving(true);
    try {
      await signOut();
      onSignedOut();
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'models' });
    } catch (error) {
      toast(errorMessage(error), { tone: 'bad' });
      setLeaving(false);
    }
  };
  return (
    <div className="grid gap-6">
      <dl className="grid gap-1 text-ui">
        <div className="flex flex-wrap items-center gap-x-3">
          <dt className="sr-only">E-mail</dt>
          <dd className="font-semibold text-h3">{user.email}</dd>
          <dd>
            <Badge tone={user.email_verified ? 'good' : 'warn'}>
              {user.email_verified ? 'Address confirmed' : 'Address not confirmed'}
            </Badge>
          </dd>
        </div>
        <div className="text-ink2">
          <dt className="sr-only">Account</dt>
          <dd>
            {user.role === 'user' ? 'Member' : user.role.charAt(0).toUpperCase() + user.role.slice(1)} since{' '}
            {formatDate(user.created_at)}, <span className="font-mono text-meta">{user.id}</span>
          </dd>
        </div>
      </dl>
      <ProfileForm key={user.id} user={user} />
      <div className="border-line border-t pt-4">
        <Button variant="danger" busy={leaving} onClick={() => void leave()}>
          Sign out
        </Button>
      </div>
    </div>
  );
}
