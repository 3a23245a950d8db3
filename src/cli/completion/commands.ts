import { Argument, type Command, type Option } from 'commander';
import { exitCodes, CommandError, type ProcessEnvironment } from '../../server/process/environment.js';
import type { Run } from '../output.js';

/** Shells that a completion script can be printed for. */
const shells = ['bash', 'zsh', 'fish'] as const;

/** One command of the tree. */
interface Node {
  /** The names after `rollcall`, such as `['config', 'diff']`. */
  readonly path: readonly string[];
  readonly children: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly Option[];
  /** Whether it takes a file or a directory as an argument. */
  readonly takesFile: boolean;
  /** The possible values of its arguments, if they are limited. */
  readonly choices: readonly string[];
}

const isFile = (argument: Argument): boolean => /file|directory/.test(argument.name());

/** The tree in the order of the help, without hidden options. */
const nodesOf = (command: Command, path: readonly string[] = []): Node[] => {
  const children = command.commands.map((child) => ({ name: child.name(), description: child.description() }));
  const own: Node = {
    path,
    children,
    options: command.options.filter(({ hidden, long }) => !hidden && long !== undefined),
    takesFile: command.registeredArguments.some(isFile),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  return [own, ...command.commands.flatMap((child) => nodesOf(child, [...path, child.name()]))];
};

const longOf = ({ long }: Option): string => long ?? '';
const takesValue = ({ required, optional }: Option): boolean => required || optional;
/** `help` completes the names of commands, like the command line itself. */
const isHelp = ([name]: readonly string[]): boolean => name === 'help';
const keyOf = (path: readonly string[]): string => path.join(' ');
/** Quotes a text for a shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const wordsOf = ({ children, options, choices }: Node): string[] => [
  ...children.map(({ name }) => name),
  ...choices,
  ...options.map(longOf),
  '--help',
];

const bashScript = (nodes: readonly Node[]): string => {
  const known = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoted(keyOf(path)));
  const words = nodes.map((node) => `    ${quoted(keyOf(node.path))}) words=${quoted(wordsOf(node).join(' '))} ;;`);
  const values = nodes.flatMap(({ path, options }) =>
    options.filter(takesValue).map((option) => {
      const key = quoted(`${keyOf(path)} ${longOf(option)}`);
      const list = option.argChoices ?? [];
      return list.length > 0 ? `    ${key}) words=${quoted(list.join(' '))} ;;` : `    ${key}) files=1 ;;`;
    }),
  );
  const files = nodes.filter(({ takesFile }) => takesFile).map(({ path }) => quoted(keyOf(path)));
  return `# bash completion for rollcall
# Usage: source <(rollcall completion bash)
_rollcall() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local path='' words='' files='' found='' i candidate
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ -z $path && \${COMP_WORDS[i]} == help ]]; then continue; fi
    candidate="\${path:+$path }\${COMP_WORDS[i]}"
    case "$candidate" in
      ${known.join('|')}) path=$candidate ;;
    esac
  done
  found=1
  case "$path $previous" in
${values.join('\n')}
    *) found='' ;;
  esac
  if [[ -z $found ]]; then
    case "$path" in
${words.join('\n')}
    esac
    if [[ $current != -* ]]; then
      case "$path" in
        ${files.join('|')}) files=1 ;;
      esac
    fi
  fi
  COMPREPLY=()
  while IFS= read -r candidate; do
    # Options are offered once a dash is typed.
    if [[ $current == -* || $candidate != -* ]]; then COMPREPLY+=("$candidate"); fi
  done < <(
    compgen -W "$words" -- "$current"
    if [[ -n $files ]]; then compgen -f -- "$current"; fi
  )
  if [[ -n $files ]]; then compopt -o filenames 2>/dev/null; fi
}
complete -F _rollcall rollcall
`;
};

/** Quotes an entry for `_describe`, in which a colon ends the name. */
const described = (name: string, description: string): string =>
  quoted(`${name.replaceAll(':', '\\:')}:${description}`);

const zshOption = (option: Option): string => {
  const text = option.description.replaceAll(/[[\]:]/g, String.raw`\$&`);
  const action = option.argChoices === undefined ? '_files' : `(${option.argChoices.join(' ')})`;
  return quoted(`*${longOf(option)}[${text}]${takesValue(option) ? `:value:${action}` : ''}`);
};

const zshScript = (nodes: readonly Node[]): string => {
  const known = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoted(keyOf(path)));
  const cases = nodes.map((node) => {
    const lines = [
      ...(node.children.length > 0
        ? [`commands=(${node.children.map(({ name, description }) => described(name, description)).join(' ')})`]
        : []),
      ...(node.choices.length > 0 ? [`commands=(${node.choices.map(quoted).join(' ')})`] : []),
      ...(node.takesFile ? ['files=_files'] : []),
      `options=(${[...node.options.map(zshOption), quoted('--help[display help]')].join(' ')})`,
    ];
    return `    ${quoted(keyOf(node.path))})\n${lines.map((line) => `      ${line}\n`).join('')}      ;;`;
  });
  return `#compdef rollcall
# zsh completion for rollcall
# Usage: source <(rollcall completion zsh), or save it as _rollcall in a directory of $fpath
_rollcall() {
  local path_ candidate files=
  local -i i depth=1
  local -a commands options
  path_=''
  for ((i = 2; i < CURRENT; i++)); do
    if [[ -z $path_ && $words[i] == help ]]; then depth=$i; continue; fi
    candidate="\${path_:+$path_ }$words[i]"
    case "$candidate" in
      ${known.join('|')}) path_=$candidate; depth=$i ;;
    esac
  done
  case "$path_" in
${cases.join('\n')}
  esac
  if (( $#commands && CURRENT == depth + 1 )) && [[ $words[CURRENT] != -* ]]; then
    _describe -t commands command commands
    return
  fi
  words=("$words[depth]" "\${(@)words[depth+1,-1]}")
  (( CURRENT -= depth - 1 ))
  _arguments -S $options "*:argument:\${files:-_default}"
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _rollcall "$@"; else compdef _rollcall rollcall; fi
`;
};

const fishScript = (nodes: readonly Node[]): string => {
  const lines = nodes.flatMap((node) => {
    const at = `complete -c rollcall -n ${quoted(`__rollcall_at ${quoted(keyOf(node.path))}`)}`;
    return [
      ...node.children.map(({ name, description }) => `${at} -f -a ${quoted(name)} -d ${quoted(description)}`),
      ...node.choices.map((choice) => `${at} -f -a ${quoted(choice)}`),
      ...(node.takesFile ? [`${at} -F`] : []),
      ...node.options.map((option) => {
        const choices = option.argChoices === undefined ? ' -r' : ` -x -a ${quoted(option.argChoices.join(' '))}`;
        const name = longOf(option).slice(2);
        return `${at} -l ${quoted(name)}${takesValue(option) ? choices : ''} -d ${quoted(option.description)}`;
      }),
      `${at} -l help -d 'display help'`,
    ];
  });
  const known = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoted(keyOf(path)));
  return `# fish completion for rollcall
# Usage: rollcall completion fish | source
function __rollcall_at
  set -l path ''
  for word in (commandline -opc)[2..-1]
    if test -z "$path" -a "$word" = help
      continue
    end
    set -l candidate (string trim -- "$path $word")
    if contains -- "$candidate" ${known.join(' ')}
      set path $candidate
    end
  end
  test "$path" = "$argv[1]"
end
complete -c rollcall -f
${lines.join('\n')}
`;
};

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** @throws {CommandError} for an unsupported shell */
const shellOf = (name: string): keyof typeof scripts => {
  const found = shells.find((shell) => shell === name);
  if (found !== undefined) return found;
  throw new CommandError(
    `unknown shell '${name}'; use ${shells.slice(0, -1).join(', ')} or ${shells.at(-1) ?? ''}`,
    undefined,
    {
      code: 'usage',
    },
  );
};

/** Adds `rollcall completion <shell>`: prints a script that completes commands, options and their values. */
export const addCompletion = (program: Command, environment: ProcessEnvironment, run: Run): void => {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells).argParser(shellOf))
    .description('print a completion script for a shell')
    .addHelpText('after', '\nFor example: source <(rollcall completion bash)')
    .action((shell: keyof typeof scripts) =>
      run(() => {
        environment.stdout.write(scripts[shell](nodesOf(program).filter(({ path }) => !isHelp(path))));
        return exitCodes.ok;
      }),
    );
};
