import { apiResponse } from './api-client.ts';

function nameFrom(header: string | null): string | null {
  return /filename="([^"]+)"/.exec(header ?? '')?.[1] ?? null;
}

/**
 * Saves the answer of a call as a file. A plain link would not do: it carries no access token, and a token never goes into
 * an address. The server names the file; `fallbackName` is used when it does not. Throws ApiError.
 */
export async function download(path: string, options: { accept: string; fallbackName: string }): Promise<void> {
  const response = await apiResponse(path, { headers: { accept: options.accept } });
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = nameFrom(response.headers.get('content-disposition')) ?? options.fallbackName;
  link.click();
  // The browser reads the address after this task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
