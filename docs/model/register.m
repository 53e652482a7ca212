-- How the register shows an interruption without a cluster exactly once: an instance's grain, one shard of the register, the store, the network.
-- The same faults as in counting.m, and the same fence. The count in a cluster is one step here: counting.m is about that.

const
  interruptions: 1;
  causes: 1;                -- for which an interruption is given up: the first by time-out, a later one by what is known of its machine
  instanceActivations: 2;
  shardActivations: 2;
  recordExpires: false;     -- the instance's record may vanish while the interruption waits
  epochsKept: 2;            -- a confirmed settlement is forgotten in the write that ends this number of epochs after its confirmation

  -- The rules. check sets one of them to false.
  fence: true;              -- a message with an epoch before the last two is refused
  epochBeforeRead: true;    -- the sender takes the epoch before it reads its own record
  forgetWithEpoch: true;    -- one write forgets and advances the epoch
  unconfirmedKept: true;    -- what is not confirmed is not forgotten
  furtherOnly: true;        -- a message that says less than the shard knows changes nothing
  ownKnowledge: true;       -- where the shard knows of an interruption, that counts, and not what the sender takes it to know
  everyMoveKept: true;      -- a settlement of one that only waited is remembered like any other
  confirmNamesStage: true;  -- a confirmation names what it confirms, and confirms nothing else
  markedFirst: true;        -- the instance stores that the shard may know of the interruption before it tells it
  writtenBeforeTold: true;  -- the instance stores what became of the interruption before it tells the shard
  confirmAfterWrite: true;  -- the instance confirms after its record says what the shard knows
  unknownIsWritten: true;   -- an instance that is asked for an interruption it does not know stores that it is given up, then says so
  okAfterWrite: true;       -- the shard answers after its write
  ackAfterEffect: true;     -- the message is acked after the shard has the interruption, or it is counted
  instanceEtag: true;
  shardEtag: true;
  endAfterFailure: true;    -- an activation whose write failed answers nothing more

  -- How far an interruption has come. It only goes up.
  unheard: 0;
  waits: 1;
  lastCause: waits + causes;
  counting: lastCause + 1;
  counted: lastCause + 2;

type
  Interruption: scalarset(interruptions);
  InstanceActivation: scalarset(instanceActivations);
  ShardActivation: scalarset(shardActivations);
  Stage: unheard..counted;
  Cause: 2..lastCause;
  Epoch: enum { unsent, older, previous, current };
  Memory: enum { none, unconfirmed, confirmedNow, confirmedBefore };

  InstanceRecord: record
    stage: array[Interruption] of Stage;
    told: array[Interruption] of unheard..lastCause; -- what the shard knows for certain; waits: it may have heard of it
  end;
  ShardRecord: record
    stage: array[Interruption] of Stage; -- unheard: it knows nothing of it, or has forgotten it
    memory: array[Interruption] of Memory;
    -- The part of this interruption in the figures.
    givenUp: array[Interruption] of array[Cause] of -1..2; -- given up and not attributed since
    everGivenUp: array[Interruption] of 0..2;
    reattributed: array[Interruption] of 0..2;
  end;

var
  -- the store
  instance: InstanceRecord;
  shard: ShardRecord;
  isCounted: array[Interruption] of boolean; -- its cluster has it

  acked: array[Interruption] of boolean;

  -- the network: the newest epoch of a message that says "from this to that"; from waits to waits says that it waits
  sentUnder: array[Interruption] of array[unheard..lastCause] of array[Stage] of Epoch;
  okUpTo: array[Interruption] of Stage;                           -- the shard has answered that it knows this much
  isConfirmed: array[Interruption] of array[Stage] of boolean;
  isAsked: array[Interruption] of boolean;                        -- the shard has woken the instance for it
  isGone: array[Interruption] of boolean;                         -- the instance has answered that nothing waits; only where unknownIsWritten is false

  -- activations
  sender: array[InstanceActivation] of record
    phase: enum { asleep, begun, ready };
    item: Interruption;
    isWoken: boolean; -- by the shard, not by a message
    epoch: Epoch;
    memory: InstanceRecord;
    isNewest: boolean;
  end;
  receiver: array[ShardActivation] of record
    phase: enum { down, up };
    memory: ShardRecord;
    isNewest: boolean;
    isDirty: boolean;
    isAdvanced: boolean;
    hasForgotten: boolean;
  end;

function Aged(e: Epoch): Epoch;
begin
  switch e
    case unsent: return unsent;
    case current: return previous;
    else return fence ? unsent : older; -- refused for ever, so it is as good as lost
  end;
end;

function IsAccepted(e: Epoch; isAdvanced: boolean): boolean;
begin
  return e != unsent & (!fence | e = current | e = previous & !isAdvanced);
end;

procedure Sleep(a: InstanceActivation);
begin
  undefine sender[a];
  sender[a].phase := asleep;
end;

procedure GoDown(c: ShardActivation);
begin
  undefine receiver[c];
  receiver[c].phase := down;
end;

procedure LeaveOthersBehind(a: InstanceActivation);
begin
  for b: InstanceActivation do
    if sender[b].phase = ready then
      sender[b].isNewest := b = a;
    end;
  end;
end;

-- The write reaches the store. If it is refused the activation ends.
procedure Store(a: InstanceActivation);
begin
  if sender[a].isNewest | !instanceEtag then
    instance := sender[a].memory;
    LeaveOthersBehind(a);
  else
    Sleep(a);
  end;
end;

-- The stage an activation tells the shard: one that is being counted is told as counted.
function ToTell(s: Stage): Stage;
begin
  return s = counting ? counted : s;
end;

procedure Send(x: Interruption; said: unheard..lastCause; now: Stage; e: Epoch);
begin
  if sentUnder[x][said][now] = unsent | e = current | e = previous & sentUnder[x][said][now] = older then
    sentUnder[x][said][now] := e;
  end;
end;

startstate "nothing has happened"
begin
  undefine shard;
  for x: Interruption do
    instance.stage[x] := unheard;
    instance.told[x] := unheard;
    shard.stage[x] := unheard;
    shard.memory[x] := none;
    for c: Cause do shard.givenUp[x][c] := 0; end;
    shard.everGivenUp[x] := 0;
    shard.reattributed[x] := 0;
    isCounted[x] := false;
    acked[x] := false;
    for from: unheard..lastCause do for now: Stage do sentUnder[x][from][now] := unsent; end; end;
    okUpTo[x] := unheard;
    for s: Stage do isConfirmed[x][s] := false; end;
    isAsked[x] := false;
    isGone[x] := false;
  end;
  for a: InstanceActivation do Sleep(a); end;
  for c: ShardActivation do GoDown(c); end;
end;

------------------------------------------------------------------------------------------------------------- the instance's grain

ruleset a: InstanceActivation do
  alias s: sender[a] do

    -- It may take as long as it likes until it reads: so the copy of the epochs may be as old as it likes.
    ruleset x: Interruption; woken: boolean do
      rule "an activation takes the epoch"
        s.phase = asleep & (woken -> isAsked[x])
      ==> begin
        s.phase := begun;
        s.item := x;
        s.isWoken := woken;
        s.epoch := current;
      end;

      rule "it handles another event with the record that it has"
        s.phase = ready & (x != s.item | s.isWoken != woken) & (woken -> isAsked[x])
      ==> begin
        s.item := x;
        s.isWoken := woken;
      end;
    end;

    rule "it reads its record"
      s.phase = begun
    ==> begin
      s.phase := ready;
      s.memory := instance;
      s.isNewest := true;
    end;

    rule "the epoch is taken after the read"
      !epochBeforeRead & s.phase = ready & s.epoch != current
    ==> begin
      s.epoch := current;
    end;

    -- The interruption arrives, its time is over, a creation or an inventory tells what its machine was.
    ruleset now: Stage do
      rule "it stores what became of the interruption"
        s.phase = ready & now > s.memory.stage[s.item] & now <= counting
        & (s.memory.stage[s.item] = unheard -> !s.isWoken)
        & (s.memory.stage[s.item] = unheard & now = 2 -> causes = 1) -- one that just came has not timed out
      ==> begin
        s.memory.stage[s.item] := now;
        if now != counting & s.memory.told[s.item] = unheard & (markedFirst | now = waits) then
          s.memory.told[s.item] := waits;
        end;
        if writtenBeforeTold then
          Store(a);
        end;
      end;
    end;

    rule "it is woken for an interruption that it does not know"
      s.phase = ready & s.isWoken & s.memory.stage[s.item] = unheard
    ==> begin
      if unknownIsWritten then
        s.memory.stage[s.item] := 2;
        s.memory.told[s.item] := waits;
        Store(a);
      else
        isGone[s.item] := true;
        Sleep(a);
      end;
    end;

    rule "it is counted in its cluster"
      s.phase = ready & s.memory.stage[s.item] = counting
    ==> begin
      isCounted[s.item] := true;
    end;

    rule "it tells the shard"
      s.phase = ready & s.memory.stage[s.item] != unheard
      & (s.memory.stage[s.item] = counting -> isCounted[s.item])
      & (s.isWoken | s.memory.stage[s.item] = waits
        | s.memory.told[s.item] != unheard & s.memory.told[s.item] != s.memory.stage[s.item] & s.memory.stage[s.item] != counted
        | !markedFirst & s.memory.stage[s.item] != counting & s.memory.stage[s.item] != counted & s.memory.told[s.item] = unheard)
    ==> begin
      -- A woken instance that has recorded the count says so again, and that the shard has nothing to move if it has forgotten.
      Send(s.item, s.memory.stage[s.item] = counted ? unheard : s.memory.told[s.item], ToTell(s.memory.stage[s.item]), s.epoch);
    end;

    rule "it is answered and stores that the shard knows"
      s.phase = ready & s.memory.stage[s.item] > waits & s.memory.stage[s.item] <= lastCause
      & s.memory.told[s.item] != s.memory.stage[s.item] & okUpTo[s.item] >= s.memory.stage[s.item]
    ==> begin
      s.memory.told[s.item] := s.memory.stage[s.item];
      Store(a);
    end;

    rule "it stores that the interruption is counted"
      s.phase = ready & s.memory.stage[s.item] = counting & isCounted[s.item]
      & (s.memory.told[s.item] != unheard -> okUpTo[s.item] = counted)
    ==> begin
      s.memory.stage[s.item] := counted;
      Store(a);
    end;

    rule "it confirms"
      s.phase = ready & s.memory.stage[s.item] > waits
      & (s.memory.stage[s.item] = s.memory.told[s.item] | s.memory.stage[s.item] = counted
        | !confirmAfterWrite & okUpTo[s.item] >= ToTell(s.memory.stage[s.item]))
    ==> begin
      isConfirmed[s.item][ToTell(s.memory.stage[s.item])] := true;
    end;

    rule "its delivery ends well, the message is acked"
      s.phase = ready & !s.isWoken & s.memory.stage[s.item] != unheard
      & (!ackAfterEffect
        | s.memory.stage[s.item] = waits & okUpTo[s.item] >= waits
        | s.memory.stage[s.item] = s.memory.told[s.item] & s.memory.stage[s.item] > waits
        | s.memory.stage[s.item] = counted)
    ==> begin
      acked[s.item] := true;
      Sleep(a);
    end;

    rule "it ends"
      s.phase != asleep
    ==> begin
      Sleep(a);
    end;
  end;
end;

rule "the record expires"
  recordExpires & forall x: Interruption do instance.stage[x] <= waits end & exists x: Interruption do instance.stage[x] = waits end
==> begin
  for x: Interruption do
    instance.stage[x] := unheard;
    instance.told[x] := unheard;
  end;
  for b: InstanceActivation do
    if sender[b].phase = ready then
      sender[b].isNewest := false;
    end;
  end;
end;

------------------------------------------------------------------------------------------------------------ the shard's grain

-- What a message means for the figures.
procedure Take(var m: ShardRecord; x: Interruption; said: unheard..lastCause; now: Stage);
var from: Stage;
begin
  from := ownKnowledge & m.stage[x] != unheard ? m.stage[x] : said;
  if from > waits & from <= lastCause & from != now then
    m.givenUp[x][from] := m.givenUp[x][from] = -1 ? -1 : m.givenUp[x][from] - 1;
    if now = counted then
      m.reattributed[x] := m.reattributed[x] = 2 ? 2 : m.reattributed[x] + 1;
    end;
  end;
  if now > waits & now <= lastCause & from != now then
    m.givenUp[x][now] := m.givenUp[x][now] = 2 ? 2 : m.givenUp[x][now] + 1;
    if from <= waits then
      m.everGivenUp[x] := m.everGivenUp[x] = 2 ? 2 : m.everGivenUp[x] + 1;
    end;
  end;
  if !everyMoveKept & from <= waits & now = counted then
    m.stage[x] := unheard;
    m.memory[x] := none;
  else
    m.stage[x] := now;
    m.memory[x] := unconfirmed;
  end;
end;

ruleset c: ShardActivation do
  alias r: receiver[c] do

    rule "an activation reads its record"
      r.phase = down
    ==> begin
      r.phase := up;
      r.memory := shard;
      r.isNewest := true;
      r.isDirty := false;
      r.isAdvanced := false;
      r.hasForgotten := false;
    end;

    ruleset x: Interruption do
      ruleset said: unheard..lastCause; now: Stage do
        rule "it takes what became of the interruption"
          r.phase = up & IsAccepted(sentUnder[x][said][now], r.isAdvanced)
          & now != r.memory.stage[x] & (furtherOnly -> now > r.memory.stage[x])
        ==> begin
          Take(r.memory, x, said, now);
          r.isDirty := true;
          if !okAfterWrite & okUpTo[x] < now then
            okUpTo[x] := now;
          end;
        end;
      end;

      rule "it answers that it knows"
        r.phase = up & !r.isDirty & r.memory.stage[x] > okUpTo[x]
      ==> begin
        okUpTo[x] := r.memory.stage[x];
      end;

      rule "it answers for one that it does not remember"
        !everyMoveKept & r.phase = up & !r.isDirty & r.memory.stage[x] = unheard & IsAccepted(sentUnder[x][waits][counted], false)
      ==> begin
        okUpTo[x] := counted;
      end;

      ruleset stage: Stage do
        rule "it takes a confirmation"
          r.phase = up & isConfirmed[x][stage] & r.memory.memory[x] = unconfirmed & r.memory.stage[x] > waits
          & (confirmNamesStage -> stage = r.memory.stage[x])
        ==> begin
          r.memory.memory[x] := confirmedNow;
        end;
      end;

      -- Only where it matters: else the instance does no more than it does when a message comes again.
      rule "it wakes the instance"
        recordExpires & r.phase = up & !r.isDirty & r.memory.memory[x] = unconfirmed
      ==> begin
        isAsked[x] := true;
      end;

      rule "it drops one that nobody waits for"
        r.phase = up & isGone[x] & r.memory.stage[x] = waits
      ==> begin
        r.memory.stage[x] := unheard;
        r.memory.memory[x] := none;
        r.isDirty := true;
      end;
    end;

    rule "it forgets and advances the epoch"
      r.phase = up & !r.isAdvanced & !r.hasForgotten
    ==> begin
      for x: Interruption do
        if r.memory.memory[x] = confirmedBefore
            | r.memory.memory[x] = confirmedNow & epochsKept = 1
            | r.memory.memory[x] = unconfirmed & !unconfirmedKept & r.memory.stage[x] > waits then
          r.memory.stage[x] := unheard;
          r.memory.memory[x] := none;
        elsif r.memory.memory[x] = confirmedNow then
          r.memory.memory[x] := confirmedBefore;
        end;
      end;
      if forgetWithEpoch then
        r.isAdvanced := true;
      else
        r.hasForgotten := true;
      end;
      r.isDirty := true;
    end;

    rule "it advances the epoch after it has forgotten"
      r.phase = up & r.hasForgotten & !r.isDirty
    ==> begin
      r.hasForgotten := false;
      r.isAdvanced := true;
      r.isDirty := true;
    end;

    rule "its write reaches the store"
      r.phase = up & r.isDirty
    ==> begin
      if r.isNewest | !shardEtag then
        shard := r.memory;
        -- One left behind can say nothing that it could not have said before this, and its write is refused: it may as well be over.
        for d: ShardActivation do
          if d != c & receiver[d].phase = up then
            receiver[d].isNewest := false;
            if shardEtag & endAfterFailure then
              GoDown(d);
            end;
          end;
        end;
        r.isNewest := true;
        if r.isAdvanced then
          for x: Interruption do
            for said: unheard..lastCause do for now: Stage do
              sentUnder[x][said][now] := Aged(sentUnder[x][said][now]);
            end; end;
          end;
          for a: InstanceActivation do
            if sender[a].phase != asleep then
              sender[a].epoch := Aged(sender[a].epoch);
            end;
          end;
        end;
        r.isAdvanced := false;
        r.isDirty := false;
      elsif endAfterFailure then
        GoDown(c);
      else
        r.isDirty := false;
      end;
    end;

    rule "it ends"
      r.phase != down
    ==> begin
      GoDown(c);
    end;
  end;
end;

------------------------------------------------------------------------------------------------------------------- the promises

-- In how many places of the figures an interruption is: waiting, or given up for one cause.
function Shown(x: Interruption): -2..5;
var sum: -2..5;
begin
  sum := shard.stage[x] = waits ? 1 : 0;
  for c: Cause do
    sum := sum + shard.givenUp[x][c];
  end;
  return sum;
end;

invariant "no interruption is shown twice"
  forall x: Interruption do
    0 <= Shown(x) & Shown(x) <= 1 & forall c: Cause do shard.givenUp[x][c] >= 0 end
  end;

invariant "each is given up once, and reattributed once, in the counters"
  forall x: Interruption do
    shard.everGivenUp[x] <= 1 & shard.reattributed[x] <= 1
    & shard.everGivenUp[x] - shard.reattributed[x] = Shown(x) - (shard.stage[x] = waits ? 1 : 0)
  end;

invariant "an interruption that was acked is counted or shown"
  forall x: Interruption do acked[x] & !isCounted[x] -> Shown(x) = 1 end;

invariant "what is recorded as counted is shown no more"
  forall x: Interruption do instance.stage[x] = counted & (recordExpires -> instance.told[x] != unheard) -> Shown(x) = 0 & isCounted[x] end;

invariant "what the instance has recorded as told is in the counters"
  forall x: Interruption do instance.told[x] > waits -> shard.everGivenUp[x] = 1 end;

liveness "every interruption can be counted and acked, and the shard shows and remembers nothing of it"
  forall x: Interruption do
    acked[x] & instance.stage[x] = counted & Shown(x) = 0 & shard.stage[x] = unheard
  end;
