Feature: Every limit follows the configuration

  Scenario Outline: Points and window of <policy>
    Given the operator has set in one go:
      | rateLimit.<policy>.points | 1   |
      | rateLimit.<policy>.window | 10m |
      | rateLimit.greet.burst     | 0   |
    And 1 <request> request comes from 192.0.2.1
    When 1 <request> request comes from 192.0.2.1
    Then it is refused with 429 rate_limited
    And it may be tried again in 10 minutes
    And 0 of 1 <policy> requests are left in this window of 10 minutes

    Examples:
      | policy   | request  |
      | global   | version  |
      | register | register |
      | login    | login    |
      | refresh  | refresh  |
      | greet    | greet    |

  Scenario Outline: Block of <policy>
    Given the operator has set in one go:
      | rateLimit.<policy>.points | 1   |
      | rateLimit.<policy>.block  | 20h |
      | rateLimit.greet.burst     | 0   |
    And 1 <request> request comes from 192.0.2.1
    When 1 <request> request comes from 192.0.2.1
    Then it is refused with 429 rate_limited
    And it may be tried again in 20 hours

    Examples:
      | policy   | request  |
      | global   | version  |
      | register | register |
      | login    | login    |
      | refresh  | refresh  |
      | greet    | greet    |

  Scenario Outline: Points and block of <policy>, for one account
    Given Ada has an account
    And the operator sets in one go:
      | rateLimit.<policy>.points | 2  |
      | rateLimit.<policy>.block  | 7m |
    When a stranger tries 3 wrong passwords for Ada from 192.0.2.1
    Then it is refused with 429 too_many_attempts
    And it may be tried again in 7 minutes

    Examples:
      | policy       |
      | loginAccount |
      | loginPair    |

  Scenario Outline: Window of <policy>, for one account
    Given Ada has an account
    And the operator sets in one go:
      | rateLimit.<policy>.points | 2  |
      | rateLimit.<policy>.window | 2m |
    And a stranger tries 2 wrong passwords for Ada from 192.0.2.1
    When 3 minutes pass
    And a stranger tries 2 wrong passwords for Ada from 192.0.2.1
    Then it is refused with 401 invalid_credentials

    Examples:
      | policy       |
      | loginAccount |
      | loginPair    |
