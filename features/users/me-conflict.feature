Feature: Concurrent updates of the current user

  A client that sends If-Match never overwrites a change that it has not seen.

  Scenario: No concurrent change
    Given Ada is logged in
    When Ada requests the current user
    And Ada changes her description to "mine" with the last seen ETag
    Then the account has description "mine"
    And the ETag has changed

  Scenario: A concurrent change
    Given Ada is logged in
    When Ada requests the current user
    And Ada changes her description to "theirs"
    And Ada changes her description to "mine" with the last seen ETag
    Then the request is rejected with 412 precondition_failed
    When Ada requests the current user
    Then the account has description "theirs"

  Scenario: A login on another device does not change the ETag
    Given Ada is logged in
    When Ada requests the current user
    And Ada logs in
    And Ada changes her description to "mine" with the last seen ETag
    Then the account has description "mine"

  Scenario: The time of the last login is up to date
    Given Ada is logged in
    When Ada requests the current user
    And 1 minute passes
    And Ada logs in
    And Ada requests the current user
    Then the last login of the account is now

  Scenario: Only one of ten concurrent updates succeeds
    Given Ada is logged in
    When Ada requests the current user
    And Ada changes her description to "new" with the last seen ETag 10 times at once
    Then exactly 1 request succeeds and the others are rejected with 412 precondition_failed

  Scenario: Without If-Match the last update wins
    Given Ada is logged in
    When Ada changes her description to "new" 10 times at once
    Then all requests succeed

  Scenario: If-Match * matches every version
    Given Ada is logged in
    When Ada changes her description to "mine" with If-Match "*"
    Then the account has description "mine"

  Scenario Outline: The ETag <tag> is rejected
    Given Ada is logged in
    When Ada requests the current user
    And Ada changes her description to "mine" with If-Match '<tag>'
    Then the request is rejected with 412 precondition_failed
    And Ada's account is unchanged

    Examples:
      | tag               |
      | "999999"          |
      | "-1"              |
      | "abc"             |
      | ""                |
      | W/"1"             |
      | abc               |
      | 1                 |
      | "1e999", "x", W/  |
