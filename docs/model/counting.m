-- How an interruption is counted once: an instance's grain, its clusters' grains, the store, the network.
-- README.md beside this file has the argument; ./check runs this model with each rule taken out.
--
-- What can go wrong here, in any order and for any length of time:
--   An activation ends between any two steps. What it held in memory is lost, what is stored is kept.
--   Several activations of one grain are alive at once. Nothing tells the one left behind.
--   A write reaches the store long after its writer died: that writer is an activation which takes no other step any more.
--   A message stays in the network for ever and is delivered any number of times. So only the newest epoch of an Add is kept.
--   A message may never be delivered, an answer never read: nothing forces a step.
--   An interruption is delivered any number of times, also after it was acked: redeliveries and duplicate publications.

const
  interruptions: 1;       -- all of one instance
  clusters: 1;            -- to which a description may attribute it
  instanceActivations: 2; -- alive at once, in flight writes of dead ones among them
  clusterActivations: 2;  -- the same, of each cluster
  descriptions: true;     -- what the machine belongs to may be known before it is interrupted
  segments: true;         -- a cluster may put what it remembers into segments
  restarts: true;         -- a cluster may lose from memory what was confirmed
  recordExpires: false;   -- the instance's record may vanish while the interruption is not recorded as counted
  epochsAccepted: 2;      -- the newest so many
  epochsKept: 2;          -- a confirmed id is forgotten in the write that ends this number of epochs after its confirmation

  -- The rules. check sets one of them to false.
  fence: true;            -- an Add with an epoch that is not accepted any more is refused
  epochBeforeRead: true;  -- the sender takes the epoch before it reads its own record
  readAfterRefusal: true; -- after a refusal the sender reads its record again, and not only the epoch
  durableEpochs: true;    -- nobody is told an epoch before it is stored
  forgetWithEpoch: true;  -- one write forgets and advances the epoch
  checkWithEffect: true;  -- epoch and id are looked up in the step that counts
  segmentLast: true;      -- a segment is removed after the write that names it no more
  orphanLast: true;       -- a segment that no record names is removed by an activation that has written its record since it read it
  unconfirmedKept: true;  -- an id that is not confirmed is not forgotten
  fixedFirst: true;       -- the instance stores where it is counted before it sends Add, unless its description is stored
  describedFirst: true;   -- a description is stored before an interruption is counted by it without a write of its own
  homeKept: true;         -- a stored description is never forgotten
  confirmAfterWrite: true;-- the instance confirms after its record says counted
  unknownIsWritten: true; -- an instance that is asked for an id it does not know stores "counted" before it says so
  okAfterWrite: true;     -- the cluster answers after its write
  answerOfEach: true;     -- an answer to several says of each whether it is counted
  ackAfterEffect: true;   -- the message is acked after the instance's record says counted
  instanceEtag: true;     -- the store refuses a write whose writer has not seen the last one
  clusterEtag: true;
  endAfterFailure: true;  -- an activation whose write failed answers nothing more

type
  Interruption: scalarset(interruptions);
  Cluster: scalarset(clusters);
  InstanceActivation: scalarset(instanceActivations);
  ClusterActivation: scalarset(clusterActivations);

  -- Epochs are told by their age, so their number has no bound: next is not stored yet, older stands for all before previous.
  Epoch: enum { next, current, previous, older };

  Standing: enum { unknown, counting, counted };
  InstanceRecord: record
    standing: array[Interruption] of Standing;
    place: array[Interruption] of Cluster; -- defined while counting
    home: array[Interruption] of Cluster;  -- the cluster of the machine that was interrupted, once a description of it is there
  end;

  -- What a cluster remembers of an interruption. Confirmed: in this epoch or in the one before.
  Memory: enum { none, unconfirmed, confirmedNow, confirmedBefore };
  ClusterRecord: record
    total: array[Interruption] of 0..2; -- how often this interruption is in the cluster's total
    memory: array[Interruption] of Memory;
    segment: array[Interruption] of ClusterActivation; -- who wrote the segment that holds it; undefined: it is in this very record
  end;

  InstancePhase: enum { asleep, begun, ready };
  ClusterPhase: enum { down, up };

var
  -- the store
  instance: InstanceRecord;
  cluster: array[Cluster] of ClusterRecord;
  segment: array[Cluster] of array[ClusterActivation] of array[Interruption] of boolean; -- this activation's segment is stored

  -- Pub/Sub
  acked: array[Interruption] of boolean;

  -- the network
  isSent: array[Cluster] of array[Interruption] of boolean;  -- an Add is under way ...
  sentUnder: array[Cluster] of array[Interruption] of Epoch; -- ... and this is the newest epoch it carries
  isOk: array[Cluster] of array[Interruption] of boolean;    -- the cluster has answered an Add
  isConfirmed: array[Interruption] of boolean;               -- a Confirm, or "counted" as an answer to the asker
  isAsked: array[Interruption] of boolean;                   -- a cluster has asked the instance

  -- activations
  sender: array[InstanceActivation] of record
    phase: InstancePhase;
    item: Interruption;
    isAsker: boolean; -- woken by a cluster that asks, not by a message
    epoch: Epoch;
    memory: InstanceRecord;
    isNewest: boolean; -- the store holds what it read or wrote last: its etag
  end;
  receiver: array[Cluster] of array[ClusterActivation] of record
    phase: ClusterPhase;
    memory: ClusterRecord;
    isNewest: boolean;
    isDirty: boolean;    -- memory holds counts that the store does not
    isAdvanced: boolean; -- the epoch is one further in memory than in the store
    hasForgotten: boolean;
    -- Segments that its record names no more, or never did: to be removed after its next write, and then to be removed now.
    toRemove: array[ClusterActivation] of array[Interruption] of enum { stays, afterWrite, now };
    letIn: array[Interruption] of boolean; -- checked and not counted yet; only where checkWithEffect is false
  end;

function Newer(a: Epoch; b: Epoch): boolean;
begin
  return b = older & a != older | b = previous & (a = current | a = next) | b = current & a = next;
end;

function Aged(e: Epoch): Epoch;
begin
  switch e
    case next: return current;
    case current: return previous;
    else return older;
  end;
end;

function IsAccepted(e: Epoch; isAdvanced: boolean): boolean;
var seen: Epoch;
begin
  seen := isAdvanced ? Aged(e) : e;
  return !fence | seen = next | seen = current | seen = previous & epochsAccepted = 2;
end;

procedure Sleep(a: InstanceActivation);
begin
  undefine sender[a];
  sender[a].phase := asleep;
end;

procedure GoDown(k: Cluster; c: ClusterActivation);
begin
  undefine receiver[k][c];
  receiver[k][c].phase := down;
end;

-- The write reaches the store. If it is refused the activation ends.
procedure Store(a: InstanceActivation);
begin
  if sender[a].isNewest | !instanceEtag then
    instance := sender[a].memory;
    for b: InstanceActivation do
      if sender[b].phase = ready then
        sender[b].isNewest := b = a;
      end;
    end;
  else
    Sleep(a);
  end;
end;

procedure Send(a: InstanceActivation; x: Interruption; k: Cluster);
begin
  if fence & sender[a].epoch = older then
    return;
  end;
  if !isSent[k][x] | Newer(sender[a].epoch, sentUnder[k][x]) then
    sentUnder[k][x] := sender[a].epoch;
  end;
  isSent[k][x] := true;
end;

function IsNamed(k: Cluster; c: ClusterActivation; x: Interruption): boolean;
begin
  return !isundefined(cluster[k].segment[x]) & cluster[k].segment[x] = c;
end;

-- What it has forgotten, or moved into its own record, is to be removed with the segment that held it.
procedure LeaveSegment(k: Cluster; c: ClusterActivation; x: Interruption);
begin
  alias r: receiver[k][c] do
    if !isundefined(r.memory.segment[x]) then
      if segmentLast then
        r.toRemove[r.memory.segment[x]][x] := afterWrite;
      else
        segment[k][r.memory.segment[x]][x] := false;
      end;
      undefine r.memory.segment[x];
    end;
  end;
end;

startstate "nothing has happened"
begin
  undefine instance;
  for x: Interruption do
    instance.standing[x] := unknown;
    acked[x] := false;
    isConfirmed[x] := false;
    isAsked[x] := false;
    for k: Cluster do
      cluster[k].total[x] := 0;
      cluster[k].memory[x] := none;
      for c: ClusterActivation do segment[k][c][x] := false; end;
      undefine cluster[k].segment[x];
      isSent[k][x] := false;
      undefine sentUnder[k][x];
      isOk[k][x] := false;
    end;
  end;
  for a: InstanceActivation do Sleep(a); end;
  for k: Cluster do for c: ClusterActivation do GoDown(k, c); end; end;
end;

------------------------------------------------------------------------------------------------------------- the instance's grain

ruleset a: InstanceActivation do
  alias s: sender[a] do

    -- It may take as long as it likes until it reads: so the copy of the epochs may be as old as it likes.
    ruleset x: Interruption; asks: boolean do
      rule "an activation takes the epoch"
        s.phase = asleep & (asks -> isAsked[x])
      ==> begin
        s.phase := begun;
        s.item := x;
        s.isAsker := asks;
        s.epoch := current;
      end;

      rule "it handles another event with the record that it has"
        s.phase = ready & x != s.item & s.isAsker = asks & (asks -> isAsked[x])
      ==> begin
        s.item := x;
      end;
    end;

    rule "the epoch is told before it is stored"
      !durableEpochs & s.phase = begun & s.epoch = current & exists k: Cluster do exists c: ClusterActivation do
        receiver[k][c].phase = up & receiver[k][c].isAdvanced & receiver[k][c].isNewest end end
    ==> begin
      s.epoch := next;
    end;

    rule "the epoch is taken after the read"
      s.phase = ready & (!epochBeforeRead & s.epoch != current | !readAfterRefusal & s.epoch = older)
    ==> begin
      s.epoch := current;
    end;

    rule "it reads its record"
      s.phase = begun
    ==> begin
      s.phase := ready;
      s.memory := instance;
      s.isNewest := true;
    end;

    ruleset k: Cluster do
      rule "a description of the machine comes"
        descriptions & s.phase = ready & s.memory.standing[s.item] = unknown & !s.isAsker & isundefined(s.memory.home[s.item])
      ==> begin
        s.memory.home[s.item] := k;
        if describedFirst then
          Store(a);
        end;
      end;

      rule "it stores where the interruption belongs"
        s.phase = ready & s.memory.standing[s.item] = unknown & !s.isAsker
        & (isundefined(s.memory.home[s.item]) | s.memory.home[s.item] = k)
      ==> begin
        s.memory.standing[s.item] := counting;
        s.memory.place[s.item] := k;
        if descriptions then
          s.memory.home[s.item] := k;
        end;
        if fixedFirst then
          Store(a);
        end;
      end;
    end;

    rule "it counts by the description that is stored, without a write"
      s.phase = ready & s.memory.standing[s.item] = unknown & !s.isAsker & !isundefined(s.memory.home[s.item])
    ==> begin
      s.memory.standing[s.item] := counting;
      s.memory.place[s.item] := s.memory.home[s.item];
    end;

    rule "it forgets the description"
      !homeKept & s.phase = ready & s.memory.standing[s.item] = unknown & !isundefined(s.memory.home[s.item])
    ==> begin
      undefine s.memory.home[s.item];
      Store(a);
    end;

    rule "it is asked for an interruption that it does not know"
      s.phase = ready & s.memory.standing[s.item] = unknown & s.isAsker
    ==> begin
      if unknownIsWritten then
        s.memory.standing[s.item] := counted;
        Store(a);
      else
        isConfirmed[s.item] := true;
        Sleep(a);
      end;
    end;

    rule "it sends Add"
      s.phase = ready & s.memory.standing[s.item] = counting
    ==> begin
      Send(a, s.item, s.memory.place[s.item]);
    end;

    rule "it is answered and stores that the interruption is counted"
      s.phase = ready & s.memory.standing[s.item] = counting & isOk[s.memory.place[s.item]][s.item]
    ==> begin
      s.memory.standing[s.item] := counted;
      undefine s.memory.place[s.item];
      Store(a);
    end;

    rule "it confirms"
      s.phase = ready & !isConfirmed[s.item]
      & (s.memory.standing[s.item] = counted
        | !confirmAfterWrite & s.memory.standing[s.item] = counting & isOk[s.memory.place[s.item]][s.item])
    ==> begin
      isConfirmed[s.item] := true;
    end;

    rule "its delivery ends well, the message is acked"
      s.phase = ready & !s.isAsker & (s.memory.standing[s.item] = counted | !ackAfterEffect & s.memory.standing[s.item] = counting)
    ==> begin
      acked[s.item] := true;
      Sleep(a);
    end;

    -- Its silo dies, its write or its call fails or was refused, the answer is lost, or it has nothing more to do.
    rule "it ends"
      s.phase != asleep
    ==> begin
      Sleep(a);
    end;
  end;
end;

rule "the record expires"
  recordExpires & forall x: Interruption do instance.standing[x] != counted end & exists x: Interruption do instance.standing[x] = counting | !isundefined(instance.home[x]) end
==> begin
  undefine instance;
  for x: Interruption do instance.standing[x] := unknown; end;
  for b: InstanceActivation do
    if sender[b].phase = ready then
      sender[b].isNewest := false;
    end;
  end;
end;

-------------------------------------------------------------------------------------------------------------- a cluster's grain

ruleset k: Cluster; c: ClusterActivation do
  alias r: receiver[k][c] do

    rule "an activation reads its record"
      -- Its segments have names of their own: none that is about to be removed has the name of one that it will write.
      r.phase = down & forall d: ClusterActivation do
        receiver[k][d].phase = up -> forall x: Interruption do receiver[k][d].toRemove[c][x] = stays end end
    ==> begin
      r.phase := up;
      r.memory := cluster[k];
      for x: Interruption do
        if !isundefined(r.memory.segment[x]) & !segment[k][r.memory.segment[x]][x] then
          r.memory.memory[x] := none;
          undefine r.memory.segment[x];
        end;
        r.letIn[x] := false;
        for d: ClusterActivation do
          r.toRemove[d][x] := segment[k][d][x] & !IsNamed(k, d, x) ? (orphanLast ? afterWrite : now) : stays;
        end;
      end;
      r.isNewest := true;
      r.isDirty := false;
      r.isAdvanced := false;
      r.hasForgotten := false;
    end;

    ruleset x: Interruption do
      rule "it counts"
        r.phase = up & isSent[k][x] & r.memory.memory[x] = none
        & (checkWithEffect ? IsAccepted(sentUnder[k][x], r.isAdvanced) : r.letIn[x])
      ==> begin
        r.memory.total[x] := r.memory.total[x] = 2 ? 2 : r.memory.total[x] + 1;
        r.memory.memory[x] := unconfirmed;
        r.letIn[x] := false;
        r.isDirty := true;
        if !okAfterWrite then
          isOk[k][x] := true;
        end;
      end;

      rule "it lets a call in"
        !checkWithEffect & r.phase = up & isSent[k][x] & !r.letIn[x] & IsAccepted(sentUnder[k][x], r.isAdvanced)
      ==> begin
        r.letIn[x] := true;
      end;

      rule "it answers that it has counted"
        r.phase = up & !r.isDirty & isSent[k][x] & r.memory.memory[x] != none
      ==> begin
        isOk[k][x] := true;
        for y: Interruption do
          if !answerOfEach & isSent[k][y] then
            isOk[k][y] := true;
          end;
        end;
      end;

      rule "it takes a confirmation"
        r.phase = up & isConfirmed[x] & r.memory.memory[x] = unconfirmed
      ==> begin
        r.memory.memory[x] := confirmedNow;
      end;

      rule "it asks the instance"
        r.phase = up & !r.isDirty & r.memory.memory[x] = unconfirmed
      ==> begin
        isAsked[x] := true;
      end;

      -- The segment is written first, and named by the next write of the cluster's own record.
      rule "it writes a segment"
        segments & r.phase = up & r.memory.memory[x] != none & isundefined(r.memory.segment[x])
        & forall d: ClusterActivation do receiver[k][d].phase = up -> receiver[k][d].toRemove[c][x] = stays end
      ==> begin
        segment[k][c][x] := true;
        r.memory.segment[x] := c;
        r.isDirty := true;
      end;

      rule "it takes an interruption back into its own record"
        r.phase = up & r.memory.memory[x] = unconfirmed & !isundefined(r.memory.segment[x])
      ==> begin
        LeaveSegment(k, c, x);
        r.isDirty := true;
      end;

      -- Confirmations are not stored one by one.
      rule "it does not know any more that it was confirmed"
        restarts & r.phase = up & (r.memory.memory[x] = confirmedNow | r.memory.memory[x] = confirmedBefore)
      ==> begin
        r.memory.memory[x] := unconfirmed;
      end;

      ruleset d: ClusterActivation do
        rule "it removes a segment"
          r.phase = up & r.toRemove[d][x] = now
        ==> begin
          segment[k][d][x] := false;
          r.toRemove[d][x] := stays;
        end;
      end;
    end;

    rule "it forgets and advances the epoch"
      r.phase = up & !r.isAdvanced & !r.hasForgotten
    ==> begin
      for x: Interruption do
        switch r.memory.memory[x]
          case confirmedNow: r.memory.memory[x] := epochsKept = 1 ? none : confirmedBefore;
          case confirmedBefore: r.memory.memory[x] := none;
          case unconfirmed:
            if !unconfirmedKept then
              r.memory.memory[x] := none;
            end;
        end;
        if r.memory.memory[x] = none then
          LeaveSegment(k, c, x);
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
      if r.isNewest | !clusterEtag then
        cluster[k] := r.memory;
        for d: ClusterActivation do
          if receiver[k][d].phase != down then
            receiver[k][d].isNewest := d = c;
          end;
        end;
        if r.isAdvanced then
          for x: Interruption do
            if isSent[k][x] then
              sentUnder[k][x] := Aged(sentUnder[k][x]);
              if fence & sentUnder[k][x] = older then
                undefine sentUnder[k][x]; -- refused for ever, so it is as good as lost
                isSent[k][x] := false;
              end;
            end;
          end;
          for a: InstanceActivation do
            if sender[a].phase != asleep then
              sender[a].epoch := Aged(sender[a].epoch);
            end;
          end;
        end;
        r.isAdvanced := false;
        r.isDirty := false;
        for d: ClusterActivation do
          for x: Interruption do
            if r.toRemove[d][x] = afterWrite then
              r.toRemove[d][x] := now;
            end;
          end;
        end;
      elsif endAfterFailure then
        GoDown(k, c);
      else
        r.isDirty := false;
      end;
    end;

    rule "it ends"
      r.phase != down
    ==> begin
      GoDown(k, c);
    end;
  end;
end;

------------------------------------------------------------------------------------------------------------------- the promises

function Total(x: Interruption): 0..4;
var sum: 0..4;
begin
  sum := 0;
  for k: Cluster do
    sum := sum + cluster[k].total[x];
  end;
  return sum;
end;

-- So a cluster's total is the number of distinct interruptions counted in it.
invariant "no interruption is counted twice"
  forall x: Interruption do Total(x) <= 1 end;

invariant "an interruption that was acked is counted"
  forall x: Interruption do acked[x] -> Total(x) = 1 end;

invariant "an answered count stays"
  forall k: Cluster do forall x: Interruption do isOk[k][x] -> cluster[k].total[x] >= 1 end end;

invariant "an instance that says counted is right"
  forall x: Interruption do instance.standing[x] = counted -> Total(x) = 1 end;

-- From every state there is a way on: no state is a dead end.
liveness "every interruption can be counted and acked, and its cluster can forget it"
  forall x: Interruption do
    acked[x] & instance.standing[x] = counted & forall k: Cluster do
      cluster[k].memory[x] = none & forall c: ClusterActivation do !segment[k][c][x] end end
  end;
