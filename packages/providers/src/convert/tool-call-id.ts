/** An id for a tool call that came without one; unlike those of other answers because it holds the answer's id. */
export function toolCallId(answerId: unknown, choice: number, index: number): string {
  const unique = typeof answerId === 'string' ? answerId.replace(/[^a-zA-Z0-9]/g, '').slice(-20) : '';
  return `call_${unique}_${choice}_${index}`;
}
