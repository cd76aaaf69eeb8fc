// The parts of the calculator. Each is a page of its own, and a build of the widget with the code, the words and the
// core's kinds of questions for its views; together they would weigh more than a page or a module may.

export const parts = {
  calculator: { page: 'index.html', views: ['rule', 'fit', 'memory', 'loss'] },
  models: { page: 'models.html', views: ['models'] },
  laws: { page: 'laws.html', views: ['laws'] },
  fit: { page: 'fit.html', views: ['fit-law'] },
  accuracy: { page: 'accuracy.html', views: ['accuracy'] },
} as const;

export type PartName = keyof typeof parts;
export const partNames = Object.keys(parts) as readonly PartName[];

/** The part whose build draws this view. */
export function partOf(view: string): PartName | undefined {
  return partNames.find((name) => (parts[name].views as readonly string[]).includes(view));
}
