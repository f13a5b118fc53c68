/** Words between a phrase and its answer that change nothing: `most likely (D)`, `technically yes`. Each with its blank. */
export const hedge =
  "(?:(?:most|very|highly|likely|probably|possibly|presumably|definitely|certainly|clearly|obviously|therefore|thus|indeed|simply|actually|technically|typically|generally|usually|basically|essentially|currently|to be|wahrscheinlich|vermutlich|eindeutig|sicherlich|probablement|sûrement|clairement|probablemente|claramente|seguramente|provavelmente|probabilmente|sicuramente|вероятно|скорее всего|очевидно)\\s{1,2}|很可能|可能|应该|大概|おそらく|たぶん|아마도\\s?)";
