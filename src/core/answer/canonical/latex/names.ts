/** Names that the reader of mathematics knows, in LaTeX and in plain text. */

/** Functions of one argument, and what they are called here. */
export const functions: ReadonlyMap<string, string> = new Map([
  ..."sin cos tan cot sec csc sinh cosh tanh coth sech csch ln exp arcsin arccos arctan arccot arcsec arccsc arsinh arcosh artanh Re Im arg"
    .split(" ")
    .map((name): [string, string] => [name, name]),
  ["log", "ln"],
  ["lg", "lg"],
  ["asin", "arcsin"],
  ["acos", "arccos"],
  ["atan", "arctan"],
  ["acot", "arccot"],
  ["asec", "arcsec"],
  ["acsc", "arccsc"],
  ["asinh", "arsinh"],
  ["acosh", "arcosh"],
  ["atanh", "artanh"],
  ["arcsinh", "arsinh"],
  ["arccosh", "arcosh"],
  ["arctanh", "artanh"],
  ["arcctg", "arccot"],
  ["arctg", "arctan"],
  ["tg", "tan"],
  ["ctg", "cot"],
  ["cotg", "cot"],
  ["cosec", "csc"],
  ["sh", "sinh"],
  ["ch", "cosh"],
  ["th", "tanh"],
  ["abs", "abs"],
  ["sgn", "sgn"],
  ["sign", "sgn"],
  ["floor", "floor"],
  ["ceil", "ceil"],
  ["det", "det"],
]);

/** Functions of a list of arguments. */
export const listFunctions: ReadonlySet<string> = new Set(["max", "min", "gcd", "lcm"]);

/** Functions whose angle `30^\circ` is in degrees. */
export const ofAngles: ReadonlySet<string> = new Set(["sin", "cos", "tan", "cot", "sec", "csc"]);

export const inverseOf: ReadonlyMap<string, string> = new Map([
  ["sin", "arcsin"],
  ["cos", "arccos"],
  ["tan", "arctan"],
  ["cot", "arccot"],
  ["sec", "arcsec"],
  ["csc", "arccsc"],
  ["sinh", "arsinh"],
  ["cosh", "arcosh"],
  ["tanh", "artanh"],
]);

const unitNames =
  "mm cm dm km nm pm µm μm um in ft yd mi mile miles inch inches foot feet yard yards meter meters metre metres kilometer kilometers kilometre kilometres centimeter centimeters centimetre centimetres millimeter millimeters " +
  "sq square cubic per unit units mph kph kmh fps rpm knots " +
  "ms ns us sec secs second seconds min mins minute minutes hr hrs hour hours day days week weeks month months year years yr yrs " +
  "mg kg lb lbs oz ton tons tonne tonnes gram grams kilogram kilograms pound pounds ounce ounces " +
  "ml mL cl dl liter liters litre litres gallon gallons gal quart quarts pint pints cup cups acre acres hectare hectares " +
  "kN kJ kW kWh MW Hz MHz kHz GHz Pa kPa MPa atm bar Torr eV keV MeV mol rad cal kcal joule joules newton newtons watt watts volt volts amp amps amperes ohm ohms farad coulomb coulombs tesla kelvin celsius fahrenheit hertz pascal pascals moles mole " +
  "deg degree degrees radian radians dollar dollars cent cents USD EUR GBP euro euros yen yuan rupees percent bits bytes bit byte KB MB GB TB kb";

/** Units in `\mathrm` or `\text` after an operand. They count as 1: a quantity is its number. */
export const units: ReadonlySet<string> = new Set([..."mshgldNJWKAVFCLT", ...unitNames.split(" ")]);

/** Units without markup: only those that nobody takes for a product of variables. */
export const plainUnits: ReadonlySet<string> = new Set([
  ..."mm cm km kg ft mph sq per rad deg min sec hrs mol USD EUR GBP".split(" "),
  ...unitNames.split(" ").filter((name) => name.length > 3),
]);

/** In lower case: short runs of letters that are a word, and no product of variables. */
export const shortWords: ReadonlySet<string> = new Set(
  "a the no yes not is are be was all any one two six ten odd top dne na nan may his her its has can but for if of to by on at in as it we he so do".split(
    " ",
  ),
);

/** Words after a number that change what it says: it is then text. */
export const changingWords: ReadonlySet<string> = new Set(
  (
    "or and not no more less than most least if when for to from by mod modulo times am pm a.m. p.m. between only except either neither but with without approximately about infinity undefined base matrix matrices grid board rectangle rectangular dimensions " +
    "fewer greater higher lower above below over under up beyond oder und mehr weniger ou et plus moins mais menos meno meer minder"
  ).split(" "),
);

/** Greek letters and such, by their LaTeX commands: each is a variable. */
export const letters: ReadonlySet<string> = new Set(
  "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi omicron rho varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar aleph wp Box".split(
    " ",
  ),
);

/** Commands and signs that compare. */
export const relations: ReadonlyMap<string, string> = new Map([
  ["=", "="],
  ["==", "="],
  ["<", "<"],
  [">", ">"],
  ["<=", "≤"],
  [">=", "≥"],
  ["≤", "≤"],
  ["≥", "≥"],
  ["≠", "≠"],
  ["!=", "≠"],
  ["≈", "≈"],
  ["≡", "="],
  ["∈", "∈"],
  ["lt", "<"],
  ["gt", ">"],
  ["le", "≤"],
  ["leq", "≤"],
  ["leqslant", "≤"],
  ["leqq", "≤"],
  ["ge", "≥"],
  ["geq", "≥"],
  ["geqslant", "≥"],
  ["geqq", "≥"],
  ["ne", "≠"],
  ["neq", "≠"],
  ["approx", "≈"],
  ["doteq", "≈"],
  ["simeq", "≈"],
  ["cong", "≈"],
  ["equiv", "="],
  ["in", "∈"],
  ["coloneqq", "="],
  ["triangleq", "="],
]);
