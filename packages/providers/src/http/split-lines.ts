const LINE_FEED = 10;
const RETURN = 13;

/**
 * Cuts bytes into lines, whatever pieces they come in: ends are LF, CR or CRLF; characters may be split; a byte order mark at the start is dropped.
 * `onTooLong` is called, and has to throw, when an unfinished line is longer than `lengthMax` UTF-16 units.
 */
export function createLineSplitter(lengthMax: number, onTooLong: () => never) {
  const decoder = new TextDecoder();
  let partial = '';
  let endedWithReturn = false;

  const split = (text: string, onLine: (line: string) => void) => {
    // Carriage returns are rare: without any, line feeds can be searched for directly.
    const findEnd = text.includes('\r') ? lineEnd : lineFeed;
    let start = endedWithReturn && text.charCodeAt(0) === LINE_FEED ? 1 : 0;
    let end = findEnd(text, start);
    while (end !== -1) {
      const line = partial + text.slice(start, end);
      partial = '';
      onLine(line);
      const isPair = text.charCodeAt(end) === RETURN && text.charCodeAt(end + 1) === LINE_FEED;
      start = isPair ? end + 2 : end + 1;
      end = findEnd(text, start);
    }
    partial += text.slice(start);
    if (partial.length > lengthMax) onTooLong();
    endedWithReturn = text === '' ? endedWithReturn : text.charCodeAt(text.length - 1) === RETURN;
  };

  return {
    /** Hands the lines that these bytes complete to `onLine`, without their ends. */
    push: (bytes: Uint8Array, onLine: (line: string) => void): void =>
      split(decoder.decode(bytes, { stream: true }), onLine),
    /** Hands over what is left after the last line end, if anything. */
    end(onLine: (line: string) => void): void {
      split(decoder.decode(), onLine);
      if (partial !== '') onLine(partial);
      partial = '';
    },
  };
}

function lineFeed(text: string, from: number): number {
  return text.indexOf('\n', from);
}

function lineEnd(text: string, from: number): number {
  for (let index = from; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === LINE_FEED || code === RETURN) return index;
  }
  return -1;
}
