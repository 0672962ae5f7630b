// How the search of the documentation orders what it finds: guides before lists of names.
var Scorer = {
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: {0: 15, 1: 5, 2: -5},
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
  score: ([page, , , , score]) =>
    /^(reference\/|operations|changelog|contributing|architecture|performance|failure-modes|glossary)/.test(page)
      ? score / 2
      : score,
};
