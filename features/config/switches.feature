Feature: What the operator changes bites on the next request

  The file is edited, the service is not restarted, and nobody notices but by what has changed.

  Scenario: The shortest password
    Given the operator sets password.minLength to 8
    When Ada registers with the password "8 chars."
    Then Ada has got an account
    When the operator sets password.minLength to 20
    And Grace registers with the password "nineteen characters"
    Then it is refused with 422 validation_failed at "/password" as too_short

  Scenario: The longest password
    Given the operator sets password.maxLength to 64
    When somebody registers with 255 letters as password
    Then it is refused with 422 validation_failed at "/password" as too_long

  Scenario: The lifetime of access tokens, for new ones
    Given Ada is logged in
    And Ada's access token is remembered
    When the operator sets auth.access.ttl to 1m
    And Ada logs in
    Then the access token is good for 60 seconds
    When 2 minutes pass
    And Ada uses her access token
    Then it is refused with 401 invalid_token
    When the remembered access token is used
    Then it is Ada's account

  Scenario: The lifetime of refresh tokens, for new ones
    Given Ada has an account
    When the operator sets auth.refresh.ttl to 1h
    And Ada logs in
    Then the refresh token is good for 3600 seconds
    When 61 minutes pass
    And Ada refreshes
    Then it is refused with 401 invalid_refresh_token

  Scenario: The longest life of a session, for new ones
    Given the operator sets in one go:
      | auth.refresh.ttl         | 1d |
      | auth.refresh.absoluteTtl | 2d |
    And Ada is logged in
    When 20 hours pass
    And Ada refreshes
    And 23 hours pass
    And Ada refreshes
    Then the refresh token is good for about 5 hours
    When 6 hours pass
    And Ada refreshes
    Then it is refused with 401 invalid_refresh_token

  Scenario: The issuer and the audience of new tokens
    Given the operator sets in one go:
      | auth.issuer   | https://id.example.org |
      | auth.audience | staff                  |
    When Ada is logged in
    Then Ada's access token has the claim iss "https://id.example.org"
    And Ada's access token has the claim aud "staff"

  Scenario Outline: A new <what> without logging people out
    Given Ada is logged in
    And Ada's access token is remembered
    And the operator sets <key> to other
    When the remembered access token is used
    Then it is refused with 401 invalid_token
    When the operator sets <accepted> to [rollcall]
    And the remembered access token is used
    Then it is Ada's account

    Examples:
      | what     | key           | accepted               |
      | issuer   | auth.issuer   | auth.acceptedIssuers   |
      | audience | auth.audience | auth.acceptedAudiences |

  Scenario: How long the own account is cached
    Given Ada is logged in
    And the operator sets cache.ttl.user to 2m
    And Ada looks at the own account
    When 1 minute passes
    And Ada looks at the own account
    Then it comes from the cache

  Scenario: The log level
    Given the operator sets logging.level to debug
    When somebody asks whether the service is healthy
    Then a log line at debug tells of that request
    When the operator sets logging.level to warn
    And somebody asks whether the service is healthy
    Then no log line tells of that request

  Scenario: How many password hashes may wait
    Given the operator sets in one go:
      | security.hashConcurrency | 1  |
      | security.hashQueueLimit  | 1  |
      | password.bcryptCost      | 15 |
    When 40 people whom nobody knows try to log in at once
    Then some of them are told to wait, and the others are refused with 401 invalid_credentials
