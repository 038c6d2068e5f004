package dev.packageforge.redis;

import java.util.function.UnaryOperator;

/** The scripts, made to fail if they touch a key that they were not given. */
final class CheckedScripts {
  private static final String PLAIN =
      "local call, match, format = redis.call, string.match, string.format";
  private static final String CHECKED =
      """
      local declared = {}
      for _, key in ipairs(KEYS) do
        declared[key] = true
      end
      local function call(command, ...)
        local words = {...}
        if command ~= 'TIME' then
          for i = 1, command == 'DEL' and #words or 1 do
            if not declared[words[i]] then
              error(command .. ' touches ' .. tostring(words[i]) .. ', which is not among KEYS')
            end
          end
        end
        return redis.call(command, ...)
      end
      local match, format = string.match, string.format""";

  private CheckedScripts() {}

  static Scripts unchanged() {
    return changed(UnaryOperator.identity());
  }

  /** Checked, after another change. */
  static Scripts changed(UnaryOperator<Script> change) {
    return Scripts.changed(script -> checked(change.apply(script)));
  }

  private static Script checked(Script script) {
    if (!script.text().contains(PLAIN)) {
      throw new IllegalStateException("nothing to check in " + script.name());
    }
    return Script.of(script.name(), script.text().replace(PLAIN, CHECKED));
  }
}
