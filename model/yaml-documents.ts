/** From text to documents of YAML. Each token is read once, by a parser whose depth is watched. */
import {
  Composer,
  Lexer,
  Parser,
  type CST,
  type Document,
  type DocumentOptions,
  type LineCounter,
  type ParseOptions,
  type SchemaOptions,
} from 'yaml';

/** A release file nests five deep, and each level takes a few places on the parser's stack. */
const deepestStack = 100;

interface Options extends ParseOptions, DocumentOptions, SchemaOptions {
  /** Filled while the text is read. */
  readonly lineCounter: LineCounter;
  /** A text without a document gives an empty one, with its errors. Otherwise it gives none. */
  readonly isOneNeeded: boolean;
}

/**
 * Undefined when something in the text is nested too deep. The composer is recursive: a few thousand brackets overflow its stack and
 * end the process, and no catch prevents that. So it sees no token before all of them were read.
 */
export function documentsIn(text: string, options: Options): readonly Document.Parsed[] | undefined {
  const { isOneNeeded, ...others } = options;
  const tokens = tokensIn(text, options.lineCounter);
  return tokens && [...new Composer(others).compose(tokens, isOneNeeded, text.length)];
}

function tokensIn(text: string, { addNewLine }: LineCounter): readonly CST.Token[] | undefined {
  const parser = new Parser(addNewLine);
  const tokens: CST.Token[] = [];
  addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > deepestStack) return undefined;
  }
  tokens.push(...parser.end());
  return tokens;
}
