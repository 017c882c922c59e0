/**
 * Symbols of IPA and the names that espeak-ng's voices have for them, the likeliest first. Each voice has its own set:
 * which of them it knows, and what it makes of them, is asked of the voice.
 */
export const IPA_SYMBOLS: ReadonlyMap<string, readonly string[]> = new Map(
  // Affricates and diphthongs.
  (
    'tʃ:tS dʒ:dZ ts:ts dz:dz pf:pF,pf tɕ:tS;,ts; dʑ:dZ;,dz; ʈʂ:ts. aɪ:aI,a|I aʊ:aU,a|U eɪ:eI,e|I ɔɪ:OI,O|I ɔʏ:OY,OI ' +
    'oʊ:oU,o|U əʊ:oU,@U,@|U ɪə:i@,I|@ ʊə:U@,U|@ eə:e@ ' +
    // Vowels.
    'iː:i: i:i,i: ɪ:I,i yː:y: y:y,y: ʏ:Y,y eː:e: e:e,E ɛː:E: ɛ:E,e øː:Y: ø:Y,Y: œː:W: œ:W,Y æː:a: æ:a,& aː:A:,a:,aa,a a:a,A ' +
    'ɑː:A: ɑ:A,A:,0,a ɒ:0,Q,O,A ɔː:O: ɔ:O,o oː:o: o:o,O,oU ʊ:U,u uː:u: u:u,u: ʌ:V,a ə:@ ɚ:3,@ ɝ:3:,3 ɜː:3: ɜ:3:,3,@ ɐ:a#,V,@ ' +
    'ɨ:y,i",I ʉ:u",u: ɯ:u-,u" ɤ:o-,V ɘ:@ ɵ:Y,@ ' +
    'ɑ̃:A~ ã:a~,A~ ɛ̃:E~ ẽ:e~,E~ ɔ̃:O~ õ:o~,O~ œ̃:W~,E~ ĩ:i~ ũ:u~ ' +
    // Consonants.
    'p:p b:b t:t d:d k:k ɡ:g g:g ʔ:? m:m n:n ŋ:N ɲ:n^ ɱ:m ɳ:n.,n ɴ:N f:f v:v θ:T ð:D s:s z:z ʃ:S ʒ:Z ʂ:s.,S ʐ:z.,Z ɕ:S;,S ʑ:Z;,Z ' +
    'ç:C x:x ɣ:Q χ:X,x ʁ:r,R ʀ:r,R h:h ɦ:h ħ:H,h ɸ:F,f β:B,b r:r,R2,R,* ɹ:r,r- ɾ:*,r ɽ:*.,* ɻ:r l:l ɫ:L,l ʎ:l^ ɭ:l.,l ɬ:l ' +
    'l̩:l-,@|l n̩:n-,@|n m̩:m-,@|m j:j w:w ɥ:w ʍ:w ʋ:v#,v c:c,k ɟ:J,g ʈ:t.,t ɖ:d.,d q:q,k '
  )
    .split(' ')
    .map((row) => {
      const at = row.indexOf(':')
      return [row.slice(0, at), row.slice(at + 1).split(',')] as const
    }),
)
