package dev.packageforge.redis;

import java.util.List;

/** A mistake in the protocol that somebody could make. */
enum ScriptMutant {
  FENCE_NOT_CHECKED_BY_COMPLETE(
      "complete", "counter ~= ARGV[6] or nonce ~= ARGV[7] or now", "not run or now"),
  FENCE_NOT_CHECKED_BY_RENEW(
      "renew", "counter ~= ARGV[6] or nonce ~= ARGV[7] or now", "not head or now"),
  LAPSED_LEASE_COMPLETES("complete", "or now >= tonumber(expires)", "or expires == '0'"),
  LAPSED_LEASE_SAVES("save", "or now >= tonumber(expires)", "or expires == '0'"),
  LAPSED_LEASE_IS_RENEWED("renew", "or now >= tonumber(expires)", "or expires == '0'"),
  STALE_WORKER_APPENDS(
      "append",
      "counter ~= ARGV[6] or nonce ~= ARGV[7] or now >= tonumber(expires) or run ~= ARGV[8]",
      "not run"),
  OTHER_RUN_IS_SAVED("save", "or run ~= ARGV[8] ", ""),
  REVISION_NOT_COMPARED_BY_SAVE("save", "or stored[1] ~= ARGV[9]", "or not stored[1]"),
  REVISION_NOT_COMPARED_BY_DECIDE(
      "decide", "if stored[1] ~= ARGV[6] then", "if not stored[1] then"),
  DONE_JOB_STAYS_LEASED("complete", "call('ZREM', LEASE, id)", ""),
  NONCE_NOT_RENEWED(
      "lease",
      "worker, length, nonce = ARGV[5], tonumber(ARGV[6]), ARGV[7]",
      "worker, length, nonce = ARGV[5], tonumber(ARGV[6]), '1'"),
  COUNTER_DOES_NOT_GROW(
      "lease", "deliveries + 1, counter + 1", "deliveries + 1, math.max(1, counter)"),
  TOMBSTONE_FORGOTTEN_BY_COMPLETE(
      "complete", "call('HSET', JOB, id, 'x\\n' .. run", "call('HDEL', JOB, id, 'x\\n' .. run"),
  TOMBSTONE_FORGOTTEN_BY_BURY(
      "bury", "call('HSET', JOB, id, 'x\\n' .. run", "call('HDEL', JOB, id, 'x\\n' .. run"),
  RECLAIM_DROPS_THE_JOB(
      "lease",
      "call('HSET', JOB, unpack(open))\n    call('ZADD', READY, unpack(ranks))",
      "call('HSET', JOB, unpack(open))"),
  RECLAIM_COUNTS_NO_DELIVERY(
      "lease",
      "head .. '\\n' .. deliveries .. '\\n' .. counter .. '\\n' .. nonce .. '\\n0\\n'",
      "head .. '\\n' .. (deliveries - 1) .. '\\n' .. counter .. '\\n' .. nonce .. '\\n0\\n'"),
  REST_NEVER_ENDS("lease", "if #due > 0 then", "if false then"),
  RETRY_COUNTS_AS_A_DELIVERY("retry", "(deliveries - 1)", "deliveries"),
  RETRY_DOES_NOT_REST("retry", "if ARGV[8] == '0' then", "if true then"),
  RETRY_LOSES_ITS_PLACE(
      "retry", "rank(priority, place)", "rank(priority, call('HINCRBY', META, 'seq', 1))"),
  NO_NEWS_OF_A_RETRY("retry", "wake('w', '')", ""),
  NO_NEWS_OF_A_NEW_JOB("enqueue", "wake('w', '')", ""),
  NO_NEWS_OF_A_WISH_TO_CANCEL("cancel", "wake('c', ARGV[5])", ""),
  WISH_TO_CANCEL_FORGOTTEN("save", "'saved', REQUEST)", "'saved', REQUEST, 'cancel', '0')"),
  WISH_TO_CANCEL_OUTLIVES_THE_DECISION("decide", ", 'cancel', '0')", ")"),
  DECIDED_WHILE_LEASED("decide", "any_held(lines, now) and", "false and"),
  DECISION_LEAVES_RESTING_JOBS("decide", "    call('ZREM', DUE, unpack(gone))\n", ""),
  CANCELLED_WHILE_NOBODY_WORKS("cancel", " or not any_held(lines, time()) then", " then"),
  EPOCH_NOT_COMPARED(
      "complete,find", "return call('HGET', META, 'epoch') ~= EPOCH", "return false"),
  RESTORE_OVERWRITES_NEWER("restore", "tonumber(stored[1]) >= tonumber(ARGV[6])", "false"),
  RESTORE_OVER_A_WORKER("restore", " or any_held(lines, now))", ")"),
  RESTORE_KEEPS_OLD_JOBS("restore", "withdraw(run, ids, lines)\nif", "if"),
  REQUEST_IGNORED_BY_SAVE("save", "if stored[5] == REQUEST then", "if false then"),
  REQUEST_IGNORED_BY_APPEND("append", "if stored[3] == REQUEST then", "if false then"),
  REQUEST_IGNORED_BY_ENQUEUE("enqueue", "birth(call('HGET', JOB, id)) == REQUEST", "false"),
  REQUEST_IGNORED_BY_LEASE("lease", "if AGAIN then", "if false then"),
  REQUEST_IGNORED_BY_COMPLETE("complete", "handback == REQUEST", "false"),
  REQUEST_IGNORED_BY_DECIDE("decide", "if stored[5] == REQUEST then", "if false then"),
  NEWEST_GOES_FIRST("lease", "ZPOPMIN", "ZPOPMAX"),
  PRIORITY_IGNORED("enqueue,create", "(9 - priority) * 1e13 + place", "9e13 + place"),
  SAME_ID_IS_ADDED_AGAIN("enqueue", "if call('HSETNX', JOB,", "if call('HSET', JOB,"),
  REJOIN_TAKES_FROM_EVERYBODY("rejoin", "== ARGV[5] then", "~= nil then"),
  PAUSE_IGNORED_BY_LEASE_OF_A_RUN("lease_run", "meta[2] == '1' or not best", "not best"),
  PAUSE_IGNORED_BY_LEASE("lease", "if meta[2] == '1' then", "if false then"),
  PRUNE_TAKES_A_SHARED_BLOB(
      "forget",
      "if call('HINCRBY', REFS, digest, -1) <= 0 then",
      "if call('HINCRBY', REFS, digest, -1) <= 9 then"),
  PRUNE_TAKES_WHAT_WAS_JUST_KEPT("forget", "if wanted < before then", "if true then"),
  PRUNE_FORGETS_THE_REQUEST_KEY("forget", "call('HDEL', KEYS[15], stored[3])", ""),
  PRUNE_LEAVES_JOBS("forget", "if #ids > 0 then", "if false then"),
  CONTENTS_NOT_COUNTED("save", "refer(stored[3] or '', ARGV[13], now)", ""),
  END_NOT_NOTED("save", "note_end(run, stored[2], ARGV[12], now)", ""),
  EVENTS_WITHOUT_CURSORS("append", "'log', tell(run, stored[2], now, 9), ", ""),
  REQUEST_KEY_IGNORED("create", "if before and before ~= run and", "if false and"),
  KEY_NOT_DECLARED("complete", "return 1\n", "call('HGET', 'pf:{q}:job', id)\nreturn 1\n"),
  LIVING_KEY_WITH_AN_END(
      "save", "note_end(run, stored[2]", "call('EXPIRE', RUN, 999999)\nnote_end(run, stored[2]");

  private final String scripts;
  private final String right;
  private final String wrong;

  ScriptMutant(String scripts, String right, String wrong) {
    this.scripts = scripts;
    this.right = right;
    this.wrong = wrong;
  }

  List<String> scripts() {
    return List.of(scripts.split(",", -1));
  }

  /** The script with the mistake, if it is one that has it. */
  Script make(Script script) {
    return scripts().contains(script.name())
        ? Script.of(script.name(), script.text().replace(right, wrong))
        : script;
  }
}
