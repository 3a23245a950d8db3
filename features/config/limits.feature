Feature: Every limit follows the configuration

  A change forgets nothing that was counted. A longer window holds for counts that begin after it, a shorter one at once.

  @proves:rateLimit.<policy>.points
  Scenario Outline: Points of <policy>
    Given 3 <request> requests come from 192.0.2.1
    And it is not refused for coming too often
    When the operator sets in one go:
      | rateLimit.<policy>.points | 3 |
      | rateLimit.greet.burst     | 0 |
    And 1 <request> request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

    Examples:
      | policy      | request     |
      | global      | version     |
      | register    | register    |
      | login       | login       |
      | refresh     | refresh     |
      | greet       | greet       |
      | mailRequest | mailRequest |

  @proves:rateLimit.<policy>.<what>
  Scenario Outline: The <what> of <policy>
    Given the operator has set in one go:
      | rateLimit.<policy>.points | 1 |
      | rateLimit.greet.burst     | 0 |
    And 2 <request> requests come from 192.0.2.1
    And the client may retry in <time>
    When the operator sets rateLimit.<policy>.<what> to 20h
    And 2 <request> requests come from 192.0.2.2
    Then the request is rejected with 429 rate_limited
    And the client may retry in 20 hours

    Examples:
      | policy      | request     | what   | time     |
      | global      | version     | window | 1 minute |
      | global      | version     | block  | 1 minute |
      | register    | register    | window | 1 hour   |
      | register    | register    | block  | 1 hour   |
      | login       | login       | window | 1 minute |
      | login       | login       | block  | 1 minute |
      | refresh     | refresh     | window | 1 minute |
      | refresh     | refresh     | block  | 1 minute |
      | greet       | greet       | window | 1 minute |
      | greet       | greet       | block  | 1 minute |
      | mailRequest | mailRequest | window | 1 hour   |
      | mailRequest | mailRequest | block  | 1 hour   |

  @proves:rateLimit.greet.burst
  Scenario: The burst of greet
    Given 69 greet requests come from 192.0.2.1
    And it is not refused for coming too often
    When the operator sets rateLimit.greet.burst to 9
    And 1 greet request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  @proves:rateLimit.enabled
  Scenario: Limits off, and on again
    Given the operator has set rateLimit.login.points to 1
    And 2 login requests come from 192.0.2.1
    And the request is rejected with 429 rate_limited
    When the operator sets rateLimit.enabled to false
    And 1 login request comes from 192.0.2.1
    Then it is not refused for coming too often
    When the operator sets rateLimit.enabled to true
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  @proves:rateLimit.store
  Scenario: Another name for the store of counts
    Given 60 login requests come from 192.0.2.1
    And it is not refused for coming too often
    When the operator sets rateLimit.store to memory
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  Scenario Outline: A <what> that is shortened while it runs
    Given the operator has set in one go:
      | rateLimit.login.points | 1   |
      | rateLimit.login.<what> | 20h |
    And 2 login requests come from 192.0.2.1
    And the client may retry in 20 hours
    When the operator sets rateLimit.login.<what> to 1m
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And the client may retry in 1 minute

    Examples:
      | what   |
      | window |
      | block  |
