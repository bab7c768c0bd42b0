import { randomUUID } from 'node:crypto';

/** A body of `multipart/form-data` with the type that names its boundary. */
export interface FormBody {
  contentType: string;
  bytes: Buffer;
}

/** Writes text fields as `multipart/form-data` (RFC 7578). Names are ours and hold nothing that would have to be escaped. */
export function encodeForm(fields: Readonly<Record<string, string>>): FormBody {
  // As random as it is, no field can hold it.
  const boundary = `form-${randomUUID()}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.from(`${parts.join('')}--${boundary}--\r\n`),
  };
}
