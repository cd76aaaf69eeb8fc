// All style sheets of a build, in the order of the cascade.

import type { CSSResult } from 'lit';
import { lawStyles } from '../charts/law-styles';
import { plotStyles } from '../charts/styles';
import { figureStyles } from '../charts/table-styles';
import type { PartName } from '../parts';
import { asideStyles } from '../views/aside-styles';
import { modelStyles } from '../views/models/styles';
import { fitStyles } from './fit-styles';
import { frameStyles } from './frame-styles';
import { printStyles } from './print-styles';
import { ruleStyles } from './rule-styles';
import { styles } from './styles';
import { hostStyles, inHostSize, widgetStyles } from './widget-styles';

declare const __PART__: PartName;
declare const __HOSTED__: boolean;

export const sheets = (): CSSResult | CSSResult[] =>
  inHostSize([
    ...styles,
    ...(__PART__ === 'models' ? [modelStyles()] : [plotStyles(), figureStyles()]),
    ...(__PART__ === 'models' || (__PART__ === 'calculator' && !__HOSTED__) ? [] : [lawStyles()]),
    ...(__PART__ === 'calculator' ? [fitStyles(), ruleStyles()] : []),
    ...(__HOSTED__ ? [frameStyles(), asideStyles()] : [hostStyles()]),
    widgetStyles,
    printStyles,
  ]);
