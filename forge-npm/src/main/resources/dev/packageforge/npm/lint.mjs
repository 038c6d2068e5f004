// Asks publint, and a TypeScript that imports the package as a stranger would, about an installed
// package. Nothing of the package runs. Argument: a file with what to look at. Writes a sealed
// report: a line for each thing that was said, and one for the names that each entry declares.
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { sealedReport } from './seal.mjs';

const { name, tarball, typed, loads } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const ours = path.dirname(fileURLToPath(import.meta.url));
const project = path.dirname(ours);
const root = path.join(project, 'node_modules', name);
const write = sealedReport(ours);

async function askPublint() {
  const bytes = readFileSync(tarball);
  const packed = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: packed } });
  const told = new Set();
  for (const message of messages) {
    const { type, code, path: place } = message;
    const key = JSON.stringify([code, place]);
    if (!told.has(key) && told.size < 200) {
      told.add(key);
      const text = formatMessage(message, pkg, { color: false }) ?? '';
      write({ kind: 'publint', type, code, path: place, message: text.slice(0, 2000) });
    }
  }
}

async function askTypeScript() {
  const { default: ts } = await import('typescript');
  const libraries = path.join(realpathSync(path.join(ours, 'node_modules')), path.sep);
  const parsed = new Map();
  const written = new Map();

  // One file for what is imported, one for what is required: TypeScript resolves them differently.
  function consumer(file, byRequire) {
    const lines = loads.map((load, at) => {
      if (load.byRequire !== byRequire) {
        return '';
      }
      const text = JSON.stringify(load.specifier);
      return byRequire ? `import e${at} = require(${text});` : `import * as e${at} from ${text};`;
    });
    const used = loads.flatMap((load, at) => (load.byRequire === byRequire ? [`e${at}`] : []));
    const full = path.join(project, file);
    written.set(full, `${lines.join('\n')}\nexport const used = [${used.join(', ')}];\n`);
    return used.length > 0 ? [full] : [];
  }

  function program(files, options) {
    const host = ts.createCompilerHost(options);
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (file) => written.has(file) || fileExists(file);
    host.readFile = (file) => written.get(file) ?? readFile(file);
    host.getSourceFile = (file, version, ...rest) => {
      // What belongs to nobody's package is parsed once for all programs.
      if (!file.startsWith(libraries)) {
        return getSourceFile(file, version, ...rest);
      }
      if (!parsed.has(file)) {
        parsed.set(file, getSourceFile(file, version, ...rest));
      }
      return parsed.get(file);
    };
    return ts.createProgram(files, options, host);
  }

  const common = {
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    types: [],
    typeRoots: [path.join(ours, 'node_modules', '@types')],
    strict: true,
    esModuleInterop: true,
    resolveJsonModule: true,
    noEmit: true,
  };
  const bundler = {
    ...common,
    module: ts.ModuleKind.Preserve,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const node16 = { ...common, module: ts.ModuleKind.Node16 };
  const imports = consumer('forge-consumer.mts', false);
  const requires = consumer('forge-consumer.cts', true);
  const bundled = [...consumer('forge-imports.ts', false), ...consumer('forge-requires.ts', true)];

  // That a CommonJS file would load an ECMAScript module: publint says so, once for each entry.
  const OF_FORMATS = new Set([1471, 1479, 1541, 1542, 1543]);

  // What a package says of Node or of the browser is sound where there is one. To read their types
  // takes longer than all the rest, and few packages name any of them.
  const UNKNOWN = new Set([2304, 2307, 2318, 2503, 2552, 2580, 2584, 2591, 2688]);
  function judged(files, options) {
    const plain = program(files, options);
    const said = diagnostics(plain);
    if (!said.some((one) => UNKNOWN.has(one.code))) {
      return [plain, said];
    }
    const lib = [...options.lib, 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'];
    const everywhere = program(files, { ...options, lib, types: ['node'] });
    return [everywhere, diagnostics(everywhere)];
  }

  function diagnostics(asked) {
    return asked
      .getSourceFiles()
      .filter((file) => file.fileName.startsWith(root + path.sep) || written.has(file.fileName))
      .filter((file) => !file.fileName.slice(root.length).includes('/node_modules/'))
      .flatMap((file) => [
        ...asked.getSyntacticDiagnostics(file).map((each) => ({ each, syntax: true })),
        ...asked.getSemanticDiagnostics(file).map((each) => ({ each, syntax: false })),
      ])
      .map(({ each, syntax }) => {
        const { line } = each.file.getLineAndCharacterOfPosition(each.start ?? 0);
        const isOurs = written.has(each.file.fileName);
        return {
          file: isOurs ? '' : path.relative(root, each.file.fileName).split(path.sep).join('/'),
          line: line + 1,
          code: each.code,
          syntax,
          message: ts.flattenDiagnosticMessageText(each.messageText, '\n').slice(0, 1000),
        };
      });
  }

  function tell(resolution, said) {
    for (const one of said.filter(({ code }) => !OF_FORMATS.has(code)).slice(0, 200)) {
      write({ kind: 'types', resolution, ...one });
    }
  }

  const [typesOfBundler, saidByBundler] = judged(bundled, bundler);
  tell('bundler', saidByBundler);
  const [, saidByNode] = judged([...imports, ...requires], node16);
  tell('node16', saidByNode);

  const checker = typesOfBundler.getTypeChecker();
  const isOwn = (file) => file.fileName.startsWith(root + path.sep);
  for (const [at, load] of loads.entries()) {
    const file = typesOfBundler.getSourceFile(
      path.join(project, load.byRequire ? 'forge-requires.ts' : 'forge-imports.ts'),
    );
    const statement = file.statements.find(
      (each) => (each.name ?? each.importClause?.namedBindings?.name)?.text === `e${at}`,
    );
    const specifier = load.byRequire
      ? statement.moduleReference.expression
      : statement.moduleSpecifier;
    const symbol = checker.getSymbolAtLocation(specifier);
    const declaration = symbol?.declarations?.find(ts.isSourceFile);
    if (!declaration || !isOwn(declaration) || !declaration.isDeclarationFile) {
      continue;
    }
    const assigned = symbol.exports?.has('export=') ?? false;
    const variable = load.byRequire ? statement.name : statement.importClause.namedBindings.name;
    const type = checker.getTypeAtLocation(variable);
    const names = assigned
      ? checker
          .getExportsOfModule(symbol)
          .filter((each) => isValue(each))
          .map((each) => each.name)
      : checker
          .getPropertiesOfType(type)
          .map((each) => each.name)
          // What is handed on as a type alone is no property when it is asked for by its name.
          .filter((each) => checker.getPropertyOfType(type, each));
    const enums = checker
      .getExportsOfModule(symbol)
      .filter((each) => target(each).flags & ts.SymbolFlags.ConstEnum)
      .map((each) => each.name);
    write({
      kind: 'declared',
      index: at,
      file: path.relative(root, declaration.fileName).split(path.sep).join('/'),
      assigned,
      any: (type.flags & ts.TypeFlags.Any) !== 0,
      names: names.filter((each) => !enums.includes(each)).slice(0, 5000),
      constants: enums,
    });
  }

  function target(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  }

  function isValue(symbol) {
    return (target(symbol).flags & ts.SymbolFlags.Value) !== 0 && symbol.name !== 'prototype';
  }
}

await askPublint();
if (typed) {
  await askTypeScript();
}
write({ kind: 'end' });
