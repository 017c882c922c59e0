import { type FindNoun, nounsOf } from './nouns.ts'

/** Currencies by their code. */
export const findCurrency: FindNoun = nounsOf({
  EUR: 'euro/euros | Euro | euro/euros | euro/euros | euro | euro | euro/euros | n:euro/euro/euro/euro',
  USD: 'dollar/dollars | Dollar | dollar/dollars | dólar/dólares | dollaro/dollari | dollar | dólar/dólares | dolar/dolary/dolarów/dolara',
  GBP: 'pound/pounds | n:Pfund | f:livre/livres | f:libra/libras | f:sterlina/sterline | pond | f:libra/libras | funt/funty/funtów/funta',
  JPY: 'yen/yen | Yen | yen/yens | yen/yenes | yen | yen | iene/ienes | jen/jeny/jenów/jena',
  CHF: 'Swiss franc/Swiss francs | Schweizer Franken | franc suisse/francs suisses | franco suizo/francos suizos | franco svizzero/franchi svizzeri | Zwitserse frank | franco suíço/francos suíços | frank szwajcarski/franki szwajcarskie/franków szwajcarskich/franka szwajcarskiego',
  PLN: 'zloty/zlotys | Zloty | zloty/zlotys | esloti/eslotis | zloty | zloty | zlóti/zlótis | złoty/złote/złotych/złotego',
  BRL: 'real/reais | Real | réal/réaux | real/reales | real | real | real/reais | real/reale/reali/reala',
  INR: 'rupee/rupees | f:Rupie/Rupien | f:roupie/roupies | f:rupia/rupias | f:rupia/rupie | roepie | f:rupia/rupias | f:rupia/rupie/rupii/rupii',
})

/** A hundredth of a currency, where it has a name. */
export const findHundredth: FindNoun = nounsOf({
  EUR: 'cent/cents | Cent | centime/centimes | céntimo/céntimos | centesimo/centesimi | cent | cêntimo/cêntimos | cent/centy/centów/centa',
  USD: 'cent/cents | Cent | cent/cents | centavo/centavos | centesimo/centesimi | cent | cêntimo/cêntimos | cent/centy/centów/centa',
  GBP: 'penny/pence | Penny/Pence | penny/pence | penique/peniques | penny/pence | penny/pence | péni/pence | pens/pensy/pensów/pensa',
  CHF: 'rappen/rappen | Rappen | centime/centimes | céntimo/céntimos | centesimo/centesimi | rappen | cêntimo/cêntimos | rapen/rapeny/rapenów/rapena',
  PLN: 'grosz/groszy | Groschen | grosz | grosz | grosz | grosz | grosz | grosz/grosze/groszy/grosza',
  BRL: 'centavo/centavos | Centavo/Centavos | centavo/centavos | centavo/centavos | centavo/centavos | centavo | centavo/centavos | centavo/centavos/centavos/centavos',
  INR: 'paisa/paise | Paisa | paisa | paisa | paisa | paisa | paisa | pajsa/pajsy/pajs/pajsy',
})

/** Currencies by their sign. */
export const CURRENCY_SIGNS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  $: 'USD',
  US$: 'USD',
  R$: 'BRL',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
  zł: 'PLN',
  EUR: 'EUR',
  USD: 'USD',
  GBP: 'GBP',
  JPY: 'JPY',
  CHF: 'CHF',
  PLN: 'PLN',
  BRL: 'BRL',
  INR: 'INR',
}
