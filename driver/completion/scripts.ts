/** What a shell runs at a tab. Each hands over its words, and asks under the name that was typed: that program is the one to know. */

/** Not a verb of commander: it would read the words of another command line as options of its own. */
export const asksForCompletion = '__complete';

export type Shell = keyof typeof scripts;

/** Nothing newer than bash 3.2, that of macOS, but `compopt`: names of files are not completed without it. */
const bash = `# bash completion of handover: eval "$(handover completion bash)"
_handover() {
  local -a words=()
  local i word previous= cut line quotes='["'"'"'\\\\]'
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash cuts words at = and : where they are among its COMP_WORDBREAKS.
    if ((\${#words[@]} > 0)) && [[ $word =~ ^[=:]+$ || $previous =~ ^[=:]+$ ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    previous=$word
  done
  word=\${COMP_WORDS[COMP_CWORD]}
  [[ $word =~ ^[=:]+$ ]] && word=
  # bash replaces only what follows the last cut.
  cut=\${words[\${#words[@]} - 1]}
  cut=\${cut%"$word"}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :0) compopt -o default 2>/dev/null ;;
      :*) ;;
      *)
        line=\${line%%$'\\t'*}
        COMPREPLY+=("\${line#"$cut"}")
        ;;
    esac
  done < <("$1" ${asksForCompletion} "\${words[@]//$quotes/}" 2>/dev/null </dev/null)
  return 0
}
complete -F _handover handover kubectl-handover
`;

const zsh = `#compdef handover kubectl-handover
# zsh completion of handover, after compinit: eval "$(handover completion zsh)"
_handover() {
  local -a lines described
  local line
  lines=("\${(@f)$("\${(Q)words[1]}" ${asksForCompletion} "\${(@Q)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  for line in "\${lines[@]}"; do
    case $line in
      :0)
        [[ $PREFIX == --*=* ]] && compset -P '*='
        _files
        ;;
      :*) ;;
      *) described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  ((\${#described} > 0)) && _describe handover described
}
if [[ \${funcstack[1]} == _handover ]]; then
  _handover "$@"
else
  compdef _handover handover kubectl-handover
fi
`;

const fish = `# fish completion of handover: handover completion fish | source
function __handover_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in ($program ${asksForCompletion} $words "$typed" 2>/dev/null </dev/null)
        switch $line
            case ':0'
                set -l flag (string match -r -- '^--[^=]*=' "$typed")
                __fish_complete_path (string replace -- "$flag" '' "$typed") | string replace -r -- '^' "$flag"
            case ':*'
            case '*'
                echo $line
        end
    end
end
complete -c handover -f -a '(__handover_complete)'
complete -c kubectl-handover -f -a '(__handover_complete)'
`;

export const scripts = { bash, zsh, fish } as const;
