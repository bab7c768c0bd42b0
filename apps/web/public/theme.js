// Runs before the first paint, so that a dark page never flashes white. An external file because the content security
// policy allows no inline script. The same key and values are written by src/app/theme.ts.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('q.theme');
  } catch {
    // Storage may be blocked; the system's wish is then all there is.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#151b1e' : '#ffffff');
})();
