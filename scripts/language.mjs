// Prints every word in English as the file of a further language starts: node scripts/language.mjs > web/src/i18n/fr.json

import { everyWord } from '../web/words.mjs';

console.log(JSON.stringify(everyWord(), null, 2));
