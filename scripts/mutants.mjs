// Small mistakes that a person could make in a file, each as a replacement of one piece of its text.
import ts from 'typescript';

const { SyntaxKind } = ts;
const swapped = new Map([
  [SyntaxKind.GreaterThanEqualsToken, '>'],
  [SyntaxKind.GreaterThanToken, '>='],
  [SyntaxKind.LessThanEqualsToken, '<'],
  [SyntaxKind.LessThanToken, '<='],
  [SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [SyntaxKind.PlusToken, '-'],
  [SyntaxKind.MinusToken, '+'],
  [SyntaxKind.AsteriskToken, '/'],
  [SyntaxKind.SlashToken, '*'],
]);
const clauses = new Set([SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken, SyntaxKind.QuestionQuestionToken]);
const otherMethods = { every: 'some', some: 'every', max: 'min', min: 'max' };

export function mutantsOf(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants = [];
  const add = (node, replacement, what) => {
    const start = node.getStart(source);
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    mutants.push({ file, line, start, end: node.end, text: replacement, what });
  };
  visit(source);
  return mutants;

  function visit(node) {
    // Types do not run.
    if (
      ts.isTypeNode(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      ts.isImportDeclaration(node)
    )
      return;
    mutate(node);
    ts.forEachChild(node, visit);
  }

  function mutate(node) {
    const short = (one) => one.getText(source).replace(/\s+/g, ' ').slice(0, 60);
    if (ts.isIfStatement(node)) {
      add(node.expression, 'true', `if (${short(node.expression)}) → true`);
      add(node.expression, 'false', `if (${short(node.expression)}) → false`);
    } else if (ts.isConditionalExpression(node)) {
      add(node, node.whenTrue.getText(source), `${short(node)} → always the first`);
      add(node, node.whenFalse.getText(source), `${short(node)} → always the second`);
    } else if (ts.isBinaryExpression(node)) {
      binary(node, short);
    } else if (
      ts.isPropertyAccessExpression(node) &&
      otherMethods[node.name.text] &&
      ts.isCallExpression(node.parent)
    ) {
      add(node.name, otherMethods[node.name.text], `.${node.name.text} → .${otherMethods[node.name.text]}`);
    } else if (
      ts.isCallExpression(node) &&
      ts.isPropertyAccessExpression(node.expression) &&
      node.expression.name.text === 'filter'
    ) {
      add(node, node.expression.expression.getText(source), `without .filter(${short(node.arguments[0])})`);
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === SyntaxKind.ExclamationToken) {
      add(node, node.operand.getText(source), `${short(node)} → without !`);
    } else if (ts.isArrayLiteralExpression(node) && node.elements.length > 1) {
      for (const element of node.elements)
        without(node.elements, element, node, `[…] without ${short(element)}`, '[', ']');
    } else if (ts.isObjectLiteralExpression(node) && /^charts/.test(file)) {
      for (const property of node.properties)
        without(node.properties, property, node, `{…} without ${short(property)}`, '{ ', ' }');
    } else if (ts.isNumericLiteral(node)) {
      add(node, String(Number(node.text.replaceAll('_', '')) + 1), `${node.text} → one more`);
    }
  }

  function binary(node, short) {
    const { left, right, operatorToken } = node;
    const operator = swapped.get(operatorToken.kind);
    if (operator) add(operatorToken, operator, `${short(node)} → ${operator}`);
    if (!clauses.has(operatorToken.kind)) return;
    add(node, `(${left.getText(source)})`, `${short(node)} → without the right side`);
    add(node, `(${right.getText(source)})`, `${short(node)} → without the left side`);
  }

  function without(elements, element, node, what, open, close) {
    const rest = elements.filter((one) => one !== element).map((one) => one.getText(source));
    add(node, open + rest.join(', ') + close, what);
  }
}
