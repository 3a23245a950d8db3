Feature: Configuring the limits per account and per recipient

  @proves:rateLimit.<policy>.points
  Scenario Outline: The points of the policy <policy>
    When 2 failed logins for Ada come from 192.0.2.1
    Then the request is rejected with 401 invalid_credentials
    When the operator sets rateLimit.<policy>.points to 2
    And 1 failed login for Ada comes from 192.0.2.1
    Then the request is rejected with 429 too_many_attempts

    Examples:
      | policy       |
      | loginAccount |
      | loginPair    |

  @proves:rateLimit.<policy>.block
  Scenario Outline: The block duration of the policy <policy>
    Given the operator has set rateLimit.<policy>.points to 2
    When 3 failed logins for Ada come from 192.0.2.1
    Then the client may retry in 1 minute
    When the operator sets rateLimit.<policy>.block to 7m
    And 3 failed logins for Grace come from 192.0.2.1
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 7 minutes

    Examples:
      | policy       |
      | loginAccount |
      | loginPair    |

  @proves:rateLimit.<policy>.window
  Scenario Outline: The window of the policy <policy>
    Given the operator has set rateLimit.<policy>.points to 2
    When 2 failed logins for Ada come from 192.0.2.1
    And 3 minutes pass
    And 1 failed login for Ada comes from 192.0.2.1
    Then the request is rejected with 429 too_many_attempts
    When the operator sets rateLimit.<policy>.window to 2m
    And 2 failed logins for Grace come from 192.0.2.1
    And 3 minutes pass
    And 1 failed login for Grace comes from 192.0.2.1
    Then the request is rejected with 401 invalid_credentials

    Examples:
      | policy       |
      | loginAccount |
      | loginPair    |

  @proves:rateLimit.<policy>.points
  Scenario Outline: The points of the policy <policy> per recipient
    When an anonymous client requests a <purpose> link for "ada@example.org"
    Then the link request is accepted
    When the operator sets rateLimit.<policy>.points to 1
    And an anonymous client requests a <purpose> link for "ada@example.org"
    Then the request is rejected with 429 too_many_attempts

    Examples:
      | policy        | purpose        |
      | passwordReset | password reset |
      | mail          | login          |

  @proves:rateLimit.<policy>.<part>
  Scenario Outline: The <name> of the policy <policy> per recipient
    Given the operator has set rateLimit.<policy>.points to 1
    When an anonymous client requests a <purpose> link for "ada@example.org"
    And an anonymous client requests a <purpose> link for "ada@example.org"
    Then the client may retry in 1 hour
    When the operator sets rateLimit.<policy>.<part> to 20h
    And an anonymous client requests a <purpose> link for "grace@example.org"
    And an anonymous client requests a <purpose> link for "grace@example.org"
    Then the request is rejected with 429 too_many_attempts
    And the client may retry in 20 hours

    Examples:
      | policy        | purpose        | part   | name           |
      | passwordReset | password reset | window | window         |
      | passwordReset | password reset | block  | block duration |
      | mail          | login          | window | window         |
      | mail          | login          | block  | block duration |
