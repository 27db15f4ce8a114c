/** What is on the page; `page-script.ts` fills it. */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>SAIMon</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/app.css">
<script type="module" src="/app.js"></script>
</head>
<body>
<header>
  <h1>SAIMon</h1>
  <p id="health" role="status">Connecting…</p>
  <nav><a href="/docs">API</a> <a href="/metrics">Metrics</a></nav>
</header>
<main>
  <noscript><p>This page needs JavaScript. The same is at <a href="/docs">/docs</a>.</p></noscript>
  <dl id="states" aria-label="Series by state"></dl>
  <section aria-labelledby="open-title">
    <h2 id="open-title">Abnormal now</h2>
    <div id="open" aria-live="polite"></div>
  </section>
  <section aria-labelledby="learning-title">
    <h2 id="learning-title">Learning</h2>
    <ul id="learning"></ul>
  </section>
  <section aria-labelledby="recent-title">
    <h2 id="recent-title">Recent anomalies</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="recent-title">
      <table>
        <thead><tr>
          <th scope="col">Started</th><th scope="col">Severity</th><th scope="col">Metric</th>
          <th scope="col">What happened</th><th scope="col" class="number">Score</th>
          <th scope="col" class="number">Lasted</th>
        </tr></thead>
        <tbody id="recent"></tbody>
      </table>
    </div>
  </section>
  <section aria-labelledby="series-title">
    <h2 id="series-title">Series</h2>
    <form role="search" id="search">
      <label for="text">Find</label> <input id="text" type="search" autocomplete="off" placeholder="alias or label">
    </form>
    <ul id="series"></ul>
  </section>
</main>
</body>
</html>
`;
