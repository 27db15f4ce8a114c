/** The page's looks, light and dark as the reader's system has it. */
export const PAGE_STYLE = `:root {
  --ground: #f6f7f9; --card: #fff; --ink: #1c2430; --soft: #5a6675; --line: #dde2e9; --accent: #1f5fbf;
  --good: #187a3c; --low: #4a6a8a; --medium: #8a5a00; --high: #b3400a; --critical: #b3122b;
  --band: #1f5fbf26;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11151b; --card: #1a2029; --ink: #e6eaf0; --soft: #9aa6b5; --line: #2c3542; --accent: #7db0ff;
    --good: #5fd38a; --low: #9dbbd8; --medium: #f0b94d; --high: #ff9460; --critical: #ff7488;
    --band: #7db0ff33;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
header, main { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { display: flex; align-items: baseline; gap: 1rem; padding-top: 1rem; flex-wrap: wrap; }
h1 { font-size: 1.4rem; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 1.05rem; margin: 2rem 0 0.6rem; }
nav { margin-left: auto; }
nav a { margin-left: 1rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
#health { margin: 0; color: var(--soft); }
#health::before { content: "●"; margin-right: 0.4em; color: var(--soft); }
#health.healthy::before { color: var(--good); }
#health.degraded::before { color: var(--critical); }
#states { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 0.75rem; margin: 1rem 0 0; }
#states div, article, #series li, #learning li, .scroll {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px;
}
#states div { padding: 0.6rem 0.9rem; display: flex; flex-direction: column-reverse; }
dt { color: var(--soft); font-size: 0.85rem; }
dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; }
#open { display: grid; gap: 0.75rem; }
article { padding: 0.8rem 1rem; border-left: 4px solid var(--tone); }
article p { margin: 0.2rem 0; }
article .facts { color: var(--soft); font-size: 0.9rem; font-variant-numeric: tabular-nums; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.5rem; }
li { padding: 0.5rem 0.9rem; }
#learning li { display: grid; grid-template-columns: minmax(0, 1fr) 10rem 9rem; gap: 1rem; align-items: center; }
progress { width: 100%; height: 0.6rem; accent-color: var(--accent); }
.name { overflow-wrap: anywhere; }
.labels, .note { color: var(--soft); font-size: 0.85rem; overflow-wrap: anywhere; }
.badge { color: var(--tone); font-weight: 600; font-size: 0.85rem; }
.low { --tone: var(--low); } .medium { --tone: var(--medium); }
.high { --tone: var(--high); } .critical { --tone: var(--critical); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: 0.5rem 0.8rem; vertical-align: top; }
th { font-size: 0.85rem; color: var(--soft); font-weight: 600; }
tbody tr { border-top: 1px solid var(--line); }
td:first-child, .number { white-space: nowrap; font-variant-numeric: tabular-nums; }
.number { text-align: right; }
td.name { min-width: 13rem; }
.empty { color: var(--soft); margin: 0; }
form { margin-bottom: 0.6rem; }
input { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 0.3rem 0.6rem; }
summary { cursor: pointer; display: flex; gap: 1rem; justify-content: space-between; }
svg { width: 100%; height: 140px; display: block; margin-top: 0.5rem; }
svg .band { fill: var(--band); } svg .line { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
svg .mark { stroke: var(--critical); stroke-width: 2; vector-effect: non-scaling-stroke; }
@media (max-width: 40rem) { #learning li { grid-template-columns: 1fr; gap: 0.2rem; } }
`;
