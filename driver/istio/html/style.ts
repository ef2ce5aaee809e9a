/** Light and dark, on screen and on paper. The colours differ for every kind of eye (Okabe and Ito). */
export const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --faint: #6b7280; --rule: #d0d7de; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --faint: #9198a1; --rule: #30363d; } }
@media print { :root { --ink: #000; --paper: #fff; --faint: #444; --rule: #999; } figure, tr { break-inside: avoid; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.outcome { border-left: .4rem solid #e69f00; padding: .4rem .8rem; } .outcome.completed { border-color: #009e73; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: var(--faint); } dd { margin: 0; }
.beside { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0 1.5rem; } h3 { font-size: .95rem; font-weight: 400; color: var(--faint); margin: .5rem 0 0; }
figure { margin: 1rem 0; } svg { width: 100%; height: auto; } figcaption { font-weight: 600; }
.line { fill: none; stroke-width: 2.5; } .l0 { stroke: #0072b2; } .l1 { stroke: #d55e00; } .l2 { stroke: #009e73; } .l3 { stroke: #cc79a7; }
.axis { fill: none; stroke: var(--rule); } .tick { font-size: 11px; fill: var(--faint); } .name { font-size: 12px; fill: var(--ink); } .bar { fill: #0072b2; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--rule); }
td:first-child { white-space: nowrap; font-variant-numeric: tabular-nums; } table.named td:first-child { white-space: normal; } table.named th, table.named td:not(:first-child), tr[class] td:nth-child(2) { overflow-wrap: normal; }
/* A drawing is as wide as the page: on a phone its letters would be half as large. */
@media screen and (max-width: 40rem) {
  figure { overflow: clip; overflow-clip-margin: 1rem; } svg { overflow: visible; } th, td { padding-right: .35rem; }
  .tick { font-size: 14px; } .name { font-size: 15px; } .beside .tick { font-size: 11px; } .beside .name { font-size: 12px; }
}
tr.wait td { color: var(--faint); } tr.conflict td:nth-child(2), tr.operator td:nth-child(2), tr.hold td:nth-child(2) { font-weight: 700; }
`;
