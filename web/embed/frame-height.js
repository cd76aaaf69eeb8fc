// For a page that holds the calculator in frames: gives each the height that it asks for.
//   <iframe src="https://…/index.html#embed=memory&v=1&parameters=7B" title="LLM Slide Rule"></iframe>
addEventListener('message', ({ data, source }) => {
  if (data?.type !== 'llm-slide-rule:height' || !Number.isFinite(data.height)) return;
  const height = Math.min(20000, Math.max(0, data.height));
  // By the window that speaks: an origin may hold other pages too.
  for (const frame of document.querySelectorAll('iframe')) {
    if (frame.contentWindow !== source) continue;
    frame.style.height = `${height}px`;
    // Where a sheet of the page counts the border in, it takes of that.
    if (frame.clientHeight < height) frame.style.height = `${2 * height - frame.clientHeight}px`;
  }
});
// What a frame has said before is said again.
for (const frame of document.querySelectorAll('iframe'))
  frame.contentWindow?.postMessage({ type: 'llm-slide-rule:ask' }, '*');
