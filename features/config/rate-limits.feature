Feature: Configuring rate limits

  A change keeps the current counts. A longer window applies to counters that start after it, a shorter one at once.

  @proves:rateLimit.<policy>.points
  Scenario Outline: The points of the policy <policy>
    When 3 <request> requests come from 192.0.2.1
    Then the request is not rate limited
    When the operator sets:
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

  @proves:rateLimit.<policy>.<part>
  Scenario Outline: The <name> of the policy <policy>
    Given the operator has set:
      | rateLimit.<policy>.points | 1 |
      | rateLimit.greet.burst     | 0 |
    When 2 <request> requests come from 192.0.2.1
    Then the client may retry in <time>
    When the operator sets rateLimit.<policy>.<part> to 20h
    And 2 <request> requests come from 192.0.2.2
    Then the request is rejected with 429 rate_limited
    And the client may retry in 20 hours

    Examples:
      | policy      | request     | part   | name           | time     |
      | global      | version     | window | window         | 1 minute |
      | global      | version     | block  | block duration | 1 minute |
      | register    | register    | window | window         | 1 hour   |
      | register    | register    | block  | block duration | 1 hour   |
      | login       | login       | window | window         | 1 minute |
      | login       | login       | block  | block duration | 1 minute |
      | refresh     | refresh     | window | window         | 1 minute |
      | refresh     | refresh     | block  | block duration | 1 minute |
      | greet       | greet       | window | window         | 1 minute |
      | greet       | greet       | block  | block duration | 1 minute |
      | mailRequest | mailRequest | window | window         | 1 hour   |
      | mailRequest | mailRequest | block  | block duration | 1 hour   |

  @proves:rateLimit.greet.burst
  Scenario: The burst of the policy greet
    When 69 greet requests come from 192.0.2.1
    Then the request is not rate limited
    When the operator sets rateLimit.greet.burst to 9
    And 1 greet request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  @proves:rateLimit.enabled
  Scenario: Disabling and enabling all limits
    Given the operator has set rateLimit.login.points to 1
    When 2 login requests come from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    When the operator sets rateLimit.enabled to false
    And 1 login request comes from 192.0.2.1
    Then the request is not rate limited
    When the operator sets rateLimit.enabled to true
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  @proves:rateLimit.store
  Scenario: Setting the store to memory
    When 60 login requests come from 192.0.2.1
    Then the request is not rate limited
    When the operator sets rateLimit.store to memory
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited

  Scenario Outline: Shortening a <part> that has started
    Given the operator has set:
      | rateLimit.login.points | 1   |
      | rateLimit.login.<part> | 20h |
    When 2 login requests come from 192.0.2.1
    Then the client may retry in 20 hours
    When the operator sets rateLimit.login.<part> to 1m
    And 1 login request comes from 192.0.2.1
    Then the request is rejected with 429 rate_limited
    And the client may retry in 1 minute

    Examples:
      | part   |
      | window |
      | block  |
