Feature: Configuring tokens

  A new lifetime applies to tokens that are issued after the change. Sessions continue.

  @proves:auth.access.ttl
  Scenario: Lifetime of access tokens
    Given Ada is logged in
    And Ada's access token is saved
    When the operator sets auth.access.ttl to 1m
    And Ada logs in
    Then the access token is valid for 60 seconds
    When 2 minutes pass
    And Ada requests the current user
    Then the request is rejected with 401 invalid_token
    When a client with the saved access token requests the current user
    Then the response shows Ada's account

  @proves:auth.refresh.ttl
  Scenario: Lifetime of refresh tokens
    Given Ada is logged in
    And Ada's refresh token is saved
    When the operator sets auth.refresh.ttl to 1h
    And Ada logs in
    Then the refresh token is valid for 3600 seconds
    When 61 minutes pass
    And Ada refreshes
    Then the request is rejected with 401 invalid_refresh_token
    When an anonymous client refreshes with the saved refresh token
    Then the request succeeds

  @proves:auth.refresh.absoluteTtl
  Scenario: Maximum lifetime of a session
    Given the operator has set auth.refresh.ttl to 1d
    And Ada is logged in
    And Ada's refresh token is saved
    And Grace has an account
    When the operator sets auth.refresh.absoluteTtl to 1d
    And Grace logs in
    And 20 hours pass
    And Grace refreshes
    Then the refresh token is valid for about 4 hours
    When an anonymous client refreshes with the saved refresh token
    Then the refresh token is valid for about 24 hours

  @proves:auth.refresh.grace
  Scenario: Grace period for a repeated refresh token
    Given Ada is logged in
    And Ada's refresh token is saved
    When Ada refreshes
    And 40 seconds pass
    And the operator sets auth.refresh.grace to 1m
    And an anonymous client refreshes with the saved refresh token
    Then both responses contain the same refresh token
    When the operator sets auth.refresh.grace to 30s
    And an anonymous client refreshes with the saved refresh token
    Then the request is rejected with 401 invalid_refresh_token

  @proves:<key> @proves:<accepted>
  Scenario Outline: Changing the <name> without ending sessions
    Given Ada is logged in
    And Ada's access token is saved
    When the operator sets <key> to other
    And a client with the saved access token requests the current user
    Then the request is rejected with 401 invalid_token
    When the operator sets <accepted> to [rollcall]
    And a client with the saved access token requests the current user
    Then the response shows Ada's account
    When Ada logs in
    Then Ada's access token has the claim <claim> "other"

    Examples:
      | name     | key           | accepted               | claim |
      | issuer   | auth.issuer   | auth.acceptedIssuers   | iss   |
      | audience | auth.audience | auth.acceptedAudiences | aud   |

  @proves:auth.<kind>.ttl
  Scenario Outline: Lifetime of a link to <purpose>
    Given Ada has the verified email "ada@example.org"
    And Grace has the verified email "grace@example.org"
    And Ada has received a <purpose> link
    When the operator sets auth.<kind>.ttl to 5m
    And Grace receives a <purpose> link
    And 6 minutes pass
    And the link is used
    Then the request is rejected with 401 invalid_token
    When the previous link is used
    Then the request succeeds

    Examples:
      | kind          | purpose        |
      | passwordReset | password reset |
      | magicLink     | login          |

  @proves:auth.emailVerification.ttl
  Scenario: Lifetime of a link to verify an email address
    Given Ada has the unverified email "ada@example.org"
    And Grace has the unverified email "grace@example.org"
    And Ada has received an email verification link
    When the operator sets auth.emailVerification.ttl to 5m
    And Grace receives an email verification link
    And 6 minutes pass
    And the link is used
    Then the request is rejected with 401 invalid_token
    When the previous link is used
    Then the request succeeds
