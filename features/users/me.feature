Feature: The current user

  Scenario: A user requests the current user
    Given Ada is logged in
    When Ada requests the current user
    Then the response shows Ada's account
    And the response does not contain a password or a hash
    And the response has an ETag
    And the response header Cache-Control is "no-store"

  Scenario: The second response comes from the cache
    Given Ada is logged in
    When Ada requests the current user
    Then the response is a cache miss
    When Ada requests the current user
    Then the response is a cache hit
    And both responses are identical

  Scenario: The cache is separate for each user
    Given Ada is logged in
    And Grace is logged in
    When Ada requests the current user
    And Grace requests the current user
    Then the response is a cache miss
    And the response shows Grace's account

  Scenario: A cached response expires after 30 seconds
    Given Ada is logged in
    When Ada requests the current user
    And 31 seconds pass
    And Ada requests the current user
    Then the response is a cache miss

  Scenario: A login invalidates the cached response
    Given Ada is logged in
    When Ada requests the current user
    And Ada logs in
    And Ada requests the current user
    Then the response is a cache miss

  @remote
  Scenario: An anonymous client is rejected
    When an anonymous client requests the current user
    Then the request is rejected with 401 unauthorized
    And the response header Cache-Control is "no-store"
