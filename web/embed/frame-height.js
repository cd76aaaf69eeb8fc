// For a page that holds the calculator in frames: gives each the height that it asks for.
//   <iframe src="https://…/index.html#embed=memory&v=1&parameters=7B" title="LLM Slide Rule"></iframe>
addEventListener('message', ({ data, source }) => {
  if (data?.type !== 'llm-slide-rule:height' || !Number.isFinite(data.height)) return;
  for (const frame of document.querySelectorAll('iframe')) {
    // By the window that speaks: an origin may hold other pages too.
    if (frame.contentWindow === source) frame.height = String(Math.min(20000, Math.max(0, data.height)));
  }
});
