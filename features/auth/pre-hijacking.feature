Feature: An account registered with the email of another person

  Mallory registers with Ada's email, and Ada verifies it. An address that was verified without a session of its
  account does not show that both are the same person. The first login link or password reset then makes the owner of the
  address the only holder of the account.

  Rule: The address was verified without a session of the account

    Background:
      Given Mallory has an account with email "ada@example.org"
      And Mallory is logged in
      Then an email to "ada@example.org" contains a link to "/verify-email"
      When the link is used
      Then the response is 204 No Content

    Scenario: The first login link removes the password and all sessions
      Given "ada@example.org" has received a login link
      When the link is used
      Then the response shows Mallory's account
      And the notice "Earlier access to your account was removed" is sent to "ada@example.org"
      And the audit log has 1 "user.claimed" event for Mallory
      When Mallory requests the current user
      Then the request is rejected with 401 invalid_token
      When Mallory refreshes
      Then the request is rejected with 401 invalid_refresh_token
      When Mallory logs in
      Then the request is rejected with 401 invalid_credentials
      When Mallory logs in as "ada@example.org"
      Then the request is rejected with 401 invalid_credentials

    Scenario: The first password reset removes the password and all sessions
      Given Mallory has received a password reset link
      When the link is used with new password "seven lanterns over the bay"
      Then the response is 204 No Content
      And the notice "Earlier access to your account was removed" is sent to "ada@example.org"
      And the audit log has 1 "user.claimed" event for Mallory
      When Mallory requests the current user
      Then the request is rejected with 401 invalid_token
      When Mallory logs in
      Then the request is rejected with 401 invalid_credentials
      And Mallory can log in with password "seven lanterns over the bay"

    Scenario: A password set by reset stays at the next login link
      Given Mallory has received a password reset link
      And the link has been used with new password "seven lanterns over the bay"
      And "ada@example.org" has received another login link
      When the link is used
      Then the response shows Mallory's account
      And Mallory can log in with password "seven lanterns over the bay"
      And the audit log has 1 "user.claimed" event for Mallory

    Scenario: A password set after the first login link stays at the next one
      Given "ada@example.org" has received a login link
      And Mallory has logged in with the link
      And Mallory has set the password to "seven lanterns over the bay" without the current password
      And "ada@example.org" has received another login link
      When the link is used
      Then the response shows Mallory's account
      And Mallory can log in with password "seven lanterns over the bay"

    Scenario: A pending email is removed
      Given Mallory has requested an email change to "mallory@example.com"
      And "ada@example.org" has received another login link
      When Mallory logs in with the link
      And Mallory requests the current user
      Then the account has email "ada@example.org"
      And the account has email_verified true
      And the account has pending_email null
      When the previous link is used
      Then the request is rejected with 401 invalid_token

    Scenario: Changing the password does not keep Mallory's access
      Given Mallory has set the password to "seven lanterns over the bay"
      And "ada@example.org" has received another login link
      When the link is used
      Then the response shows Mallory's account
      When Mallory requests the current user
      Then the request is rejected with 401 invalid_token

  Rule: The bearer token shows who verifies

    Scenario: In a session of the account nothing is removed later
      Given Ada has an account with email "ada@example.org"
      And Ada is logged in
      Then an email to "ada@example.org" contains a link to "/verify-email"
      When the link is used by Ada
      Then the response is 204 No Content
      When an anonymous client requests a login link for "ada@example.org"
      Then an email to "ada@example.org" contains a link to "/magic-link"
      When the link is used
      Then the response shows Ada's account
      And no email is sent
      And Ada is still logged in
      And Ada can log in
      And the audit log has 0 "user.claimed" events for Ada

    Scenario: A session of another account does not count
      Given Mallory has an account with email "ada@example.org"
      And Grace is logged in
      Then an email to "ada@example.org" contains a link to "/verify-email"
      When the link is used by Grace
      Then the response is 204 No Content
      When an anonymous client requests a login link for "ada@example.org"
      Then an email to "ada@example.org" contains a link to "/magic-link"
      When the link is used
      Then the response shows Mallory's account
      When Mallory logs in
      Then the request is rejected with 401 invalid_credentials

    Scenario: An invalid bearer token does not use up the link
      Given Ada has an account with email "ada@example.org"
      Then an email to "ada@example.org" contains a link to "/verify-email"
      When the link is used with the bearer token "broken"
      Then the request is rejected with 401 invalid_token
      When the link is used
      Then the response is 204 No Content

    Scenario: A pending email can be verified in a session
      Given Ada has the verified email "ada@example.org"
      And Ada is logged in
      And Ada has requested an email change to "ada@example.com"
      And the link has been used by Ada
      And "ada@example.com" has received another login link
      When the link is used
      Then the response shows Ada's account
      And Ada can log in
