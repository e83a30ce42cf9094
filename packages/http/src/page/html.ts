/** The one page. Both paths were checked before: they hold nothing that HTML could read as more than text. */
export function pageHtml({ apiBase, path }: { readonly apiBase: string; readonly path: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="remit-api" content="${apiBase}">
<title>Remit console</title>
<link rel="stylesheet" href="${path}/console.css">
<script src="${path}/console.js" defer></script>
</head>
<body>
<header>
  <h1>Remit</h1>
  <nav aria-label="Views">
    <button type="button" data-view="tickets">Tickets</button>
    <button type="button" data-view="approvals">Approvals</button>
    <button type="button" data-view="patterns">Patterns</button>
    <button type="button" data-view="halt">Halt</button>
  </nav>
  <button type="button" id="sign-out" hidden>Forget token</button>
</header>
<p id="halted" role="alert" hidden></p>
<p id="notice" role="status" aria-live="polite"></p>
<form id="sign-in" hidden>
  <label for="token">Access token</label>
  <input id="token" type="password" autocomplete="off" spellcheck="false" required>
  <button type="submit">Use this token</button>
  <p class="quiet">It stays in this tab only.</p>
</form>
<main id="main">
  <section id="list" aria-label="List"></section>
  <section id="detail" aria-label="Ticket"></section>
</main>
<noscript><p>This page needs JavaScript.</p></noscript>
</body>
</html>
`;
}
